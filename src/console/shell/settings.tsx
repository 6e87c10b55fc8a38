import type { ReactNode } from "react";
import { sections } from "../sections.ts";
import { PageHead } from "../ui/basics.tsx";
import { Icon } from "../ui/icon.tsx";
import { PageView } from "./page-view.tsx";
import { Link, usePlace } from "./router.tsx";
import { useMay } from "./session.tsx";

/** On a phone the sections are a strip that is wider than the screen. */
const intoSight = (link: HTMLAnchorElement | null): void =>
  link?.scrollIntoView({ block: "nearest", inline: "center" });

/** One section at a time, the others one press away. */
export function SettingsPage(): ReactNode {
  const { path } = usePlace();
  const admin = useMay("admin");
  const open = sections.filter((each) => admin || !each.adminOnly);
  const here = open.find((each) => each.path === path) ?? open[0];
  if (!here) return null;
  return (
    <>
      <PageHead title="Settings" />
      <div className="grid gap-6 md:grid-cols-[12rem_minmax(0,1fr)] max-md:gap-4">
        <nav
          aria-label="Settings"
          className="scrollbar-none flex gap-1 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 md:flex-col"
        >
          {open.map((each) => (
            <Link
              key={each.id}
              href={each.path}
              aria-current={each === here ? "page" : undefined}
              ref={each === here ? intoSight : undefined}
              className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-sm whitespace-nowrap text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent max-sm:min-h-11"
            >
              <Icon name={each.icon} /> {each.title}
            </Link>
          ))}
        </nav>
        <div className="min-w-0 max-w-4xl">
          <h2 className="text-lg font-semibold">{here.title}</h2>
          <p className="mb-4 text-sm text-muted">{here.about}</p>
          <PageView page={here} />
        </div>
      </div>
    </>
  );
}
