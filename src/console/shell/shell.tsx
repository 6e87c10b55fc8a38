import { DropdownMenu } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";
import { useLiveness } from "../live/use-live.ts";
import { pages } from "../pages.ts";
import { Icon, Mark } from "../ui/icon.tsx";
import { useNow } from "../ui/when.tsx";
import { span } from "../ui/format.ts";
import { ApprovalsMark } from "./approvals.tsx";
import { usePlace, go } from "./router.tsx";
import { type Me, signOut } from "./session.tsx";
import { chooseTheme, useTheme } from "./theme.ts";
import { isHere, Rail, Tabs } from "./ways.tsx";

/** Whether what is on screen is true now; quiet while it is. */
export function LiveMark(): ReactNode {
  const liveness = useLiveness();
  const now = useNow();
  if (!liveness) return null;
  const late = liveness.state === "reconnecting" || liveness.state === "connecting";
  const age = now - liveness.since;
  const text = {
    live: "Live",
    polling: "Live",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
  }[liveness.state];
  return (
    <p
      role="status"
      className={`flex items-center gap-2 text-xs font-medium ${late ? "text-warn" : "text-muted"}`}
    >
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${late ? "bg-warn-fill animate-pulse" : "bg-good-fill"}`}
      />
      {text}
      {late && age > 3_000 && (
        <span aria-hidden="true" className="font-normal">
          data is {span(age)} old
        </span>
      )}
    </p>
  );
}

const item =
  "flex min-h-9 cursor-default items-center gap-2.5 rounded-sm px-2.5 text-sm outline-none data-highlighted:bg-hover max-sm:min-h-11";

function PersonMenu({ me, onHelp }: { me: Me; onHelp: () => void }): ReactNode {
  const theme = useTheme();
  const initials = me.name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const other = theme.shown === "dark" ? "light" : "dark";
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`${initials}, your menu: ${me.name}, ${me.role}`}
        className="flex size-9 items-center justify-center rounded-full max-sm:size-11"
      >
        <span className="flex size-9 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent">
          {initials}
        </span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="end"
        sideOffset={6}
        className="rising z-40 w-60 rounded-lg border border-line bg-surface p-1.5 shadow-float"
      >
        <div className="border-b border-line px-2.5 pt-1 pb-2.5">
          <p className="truncate text-sm font-medium">{me.name}</p>
          <p className="truncate text-xs text-muted">
            {me.email} · {me.role}
          </p>
        </div>
        <DropdownMenu.Item className={`${item} mt-1.5`} onSelect={() => chooseTheme(other)}>
          <Icon name={other === "dark" ? "moon" : "sun"} /> Switch to {other}
        </DropdownMenu.Item>
        <DropdownMenu.Item className={item} onSelect={() => go("/settings/security")}>
          <Icon name="shield" /> Your sign-in
        </DropdownMenu.Item>
        <DropdownMenu.Item className={item} onSelect={onHelp}>
          <Icon name="keyboard" /> Keys and help
        </DropdownMenu.Item>
        <DropdownMenu.Item className={item} onSelect={() => void signOut()}>
          <Icon name="out" /> Sign out
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

type ShellProps = { me: Me; onPalette: () => void; onHelp: () => void; children: ReactNode };

/** What stays while pages change: the way around, whether things are live, and who is here. */
export function Shell({ me, onPalette, onHelp, children }: ShellProps): ReactNode {
  const { path } = usePlace();
  const page = pages.toReversed().find((each) => isHere(each.path, path));
  const shown = useRef(page);
  useEffect(() => {
    document.title = page ? `${page.title} · Castor` : "Castor";
    // After a move the reading begins at the new page, not at the link that led to it.
    if (shown.current !== page) document.getElementById("main")?.focus({ preventScroll: true });
    shown.current = page;
  }, [page]);
  return (
    <div className="min-h-dvh print:block lg:grid lg:grid-cols-[var(--rail-width)_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 print:hidden -translate-y-20 rounded-md bg-accent px-4 py-2 text-sm font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Rail onPalette={onPalette} />
      <div className="min-w-0">
        <header className="print:hidden sticky top-0 z-20 flex h-(--bar-height) items-center gap-3 border-b border-line bg-ground/90 px-6 backdrop-blur max-sm:px-4">
          <span className="flex items-center gap-2.5 lg:hidden">
            <Mark />
            <span className="font-semibold">{page?.title ?? "Castor"}</span>
          </span>
          <LiveMark />
          <span className="ml-auto flex items-center gap-2">
            <ApprovalsMark me={me} />
            <button
              type="button"
              onClick={onPalette}
              aria-label="Find or do"
              className="inline-flex size-11 items-center justify-center text-muted lg:hidden"
            >
              <Icon name="search" className="size-5" />
            </button>
            <PersonMenu me={me} onHelp={onHelp} />
          </span>
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[92rem] px-6 py-6 outline-none max-lg:pb-24 max-sm:px-4 max-sm:py-4"
        >
          {children}
        </main>
      </div>
      <Tabs />
    </div>
  );
}
