import { type ReactNode, useState } from "react";
import { type Page, type PageGroup, pageGroups, pages } from "../pages.ts";
import { Key } from "../ui/basics.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, Mark } from "../ui/icon.tsx";
import { Link, usePlace } from "./router.tsx";

/** Whether somebody is on the page with this path, or on one below it. */
export const isHere = (path: string, here: string): boolean =>
  path === "/" ? here === "/" : here === path || here.startsWith(`${path}/`);

const current = (page: Page, here: string): "page" | undefined =>
  isHere(page.path, here) ? "page" : undefined;

const Title = ({ of }: { of: PageGroup }): ReactNode =>
  of.title !== undefined && (
    <p aria-hidden="true" className="px-2.5 pt-2 pb-0.5 text-xs font-medium text-muted">
      {of.title}
    </p>
  );

/** The way around on a wide screen. */
export function Rail({ onPalette }: { onPalette: () => void }): ReactNode {
  const { path } = usePlace();
  return (
    <nav
      aria-label="Pages"
      className="sticky top-0 flex h-dvh flex-col gap-2 border-r border-line bg-surface p-3 max-lg:hidden print:hidden"
    >
      <Link href="/" className="flex items-center gap-2.5 rounded-md px-2 py-1.5">
        <Mark />
        <span className="text-lg font-semibold tracking-tight">Castor</span>
      </Link>
      <div className="-mx-3 min-h-0 flex-1 overflow-y-auto px-3 [scrollbar-width:thin]">
        {pageGroups.map((group) => (
          <div key={group.title ?? ""} role="group" aria-label={group.title}>
            <Title of={group} />
            {group.pages.map((page) => (
              <Link
                key={page.id}
                href={page.path}
                aria-current={current(page, path)}
                className="flex min-h-7 items-center gap-3 rounded-md px-2.5 text-sm font-medium text-muted transition-colors duration-(--swift) hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
              >
                <Icon name={page.icon} className="size-4.5" />
                {page.title}
              </Link>
            ))}
          </div>
        ))}
      </div>
      <button
        type="button"
        onClick={onPalette}
        className="flex min-h-9 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-sm text-muted hover:text-ink"
      >
        <Icon name="search" />
        Find or do
        <span className="ml-auto flex gap-0.5">
          <Key>{/Mac|iPhone/.test(navigator.userAgent) ? "⌘" : "Ctrl"}</Key>
          <Key>K</Key>
        </span>
      </button>
    </nav>
  );
}

/** What a thumb reaches at 3 a.m. without looking for it. */
const near = ["now", "alerts", "incidents", "on-call"];
const tabs = pages.filter(({ id }) => near.includes(id));
const tab =
  "flex min-h-14 flex-col items-center justify-center gap-0.5 px-1 text-xs font-medium whitespace-nowrap text-muted aria-[current=page]:text-accent";

/** The way around on a phone: the nearest pages, and behind the last tab all of them. */
export function Tabs(): ReactNode {
  const { path } = usePlace();
  const [isOpen, setIsOpen] = useState(false);
  const isNear = tabs.some((page) => isHere(page.path, path));
  return (
    <>
      <nav
        aria-label="Pages"
        className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden print:hidden"
      >
        {tabs.map((page) => (
          <Link key={page.id} href={page.path} aria-current={current(page, path)} className={tab}>
            <Icon name={page.icon} className="size-5" />
            {page.title}
          </Link>
        ))}
        <button
          type="button"
          aria-haspopup="dialog"
          aria-current={isNear ? undefined : "page"}
          onClick={() => setIsOpen(true)}
          className={tab}
        >
          <Icon name="all" className="size-5" />
          All pages
        </button>
      </nav>
      <Dialog open={isOpen} title="All pages" onClose={() => setIsOpen(false)}>
        <nav aria-label="All pages">
          {pageGroups.map((group) => (
            <div key={group.title ?? ""} role="group" aria-label={group.title}>
              <Title of={group} />
              <div className="grid grid-cols-2 gap-1">
                {group.pages.map((page) => (
                  <Link
                    key={page.id}
                    href={page.path}
                    aria-current={current(page, path)}
                    onClick={() => setIsOpen(false)}
                    className="flex min-h-11 items-center gap-3 rounded-md px-2.5 text-sm font-medium hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
                  >
                    <Icon name={page.icon} className="size-5 text-muted" />
                    {page.title}
                  </Link>
                ))}
              </div>
            </div>
          ))}
        </nav>
      </Dialog>
    </>
  );
}
