import {
  type AnchorHTMLAttributes,
  type MouseEvent,
  type Ref,
  type ReactNode,
  useSyncExternalStore,
} from "react";

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
addEventListener("popstate", tell);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const href = () => location.pathname + location.search;

export type Place = { path: string; search: URLSearchParams };

/** Where the reader is; components that use it render again after each move. */
export function usePlace(): Place {
  const [path = "/", search = ""] = useSyncExternalStore(subscribe, href).split("?");
  return { path, search: new URLSearchParams(search) };
}

/** Goes somewhere inside the console. */
export function go(to: string, how: "push" | "replace" = "push"): void {
  if (to === href()) return;
  const before = location.pathname;
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  if (location.pathname !== before) scrollTo(0, 0);
  tell();
}

/** Changes some search parameters and keeps the rest; empty values leave. */
export function search(
  change: Record<string, string | undefined>,
  how: "push" | "replace" = "push",
): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  go(location.pathname + (next.size > 0 ? `?${next}` : ""), how);
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & {
  href: string;
  children: ReactNode;
  ref?: Ref<HTMLAnchorElement> | undefined;
};

/** An anchor that moves without loading the page again, and still opens in a new tab when asked to. */
export function Link({ href: to, onClick, children, ...rest }: LinkProps): ReactNode {
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={to} onClick={click}>
      {children}
    </a>
  );
}
