import type { ReactNode } from "react";
import { Link } from "#console";

const tabs = [
  ["", "Inbox"],
  ["releases", "Releases"],
  ["jobs", "Jobs"],
  ["week", "Week"],
] as const;
export type Tab = (typeof tabs)[number][0];

/** The faces of the errors page. */
export const Tabs = ({ here }: { here: Tab }): ReactNode => (
  <nav aria-label="Errors" className="-mt-2 mb-4 flex gap-1 overflow-x-auto border-b border-line">
    {tabs.map(([view, label]) => (
      <Link
        key={view}
        href={view === "" ? "/errors" : `/errors?view=${view}`}
        {...(view === here ? { "aria-current": "page" as const } : {})}
        className={`inline-flex min-h-10 items-center border-b-2 px-3 text-sm font-medium max-sm:min-h-11 ${
          view === here
            ? "border-accent text-ink"
            : "border-transparent text-muted hover:border-line-strong hover:text-ink"
        }`}
      >
        {label}
      </Link>
    ))}
  </nav>
);
