import { type ReactNode, useSyncExternalStore } from "react";
import { fullTime, span, time } from "./format.ts";

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
};

/** The time, once a second; all users share one timer. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

const title = fullTime;
const iso = (at: number) => new Date(at).toISOString();

/** `3 min ago`, exact on hover. */
export function Ago({ at }: { at: number }): ReactNode {
  const passed = useNow() - at;
  return (
    <time dateTime={iso(at)} title={title(at)}>
      {passed < 5_000 ? "just now" : `${span(passed)} ago`}
    </time>
  );
}

/** How long since, without "ago". */
export function For({ since }: { since: number }): ReactNode {
  return (
    <time dateTime={iso(since)} title={title(since)}>
      {span(useNow() - since)}
    </time>
  );
}

/** A point in time as a clock shows it. */
export const At = ({ at }: { at: number }): ReactNode => (
  <time dateTime={iso(at)} title={title(at)}>
    {time(at, Date.now())}
  </time>
);
