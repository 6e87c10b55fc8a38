import type { Desk } from "./desk.ts";

const minuteMs = 60_000;

/** How long it may take, honestly: a range, or nothing at all. */
export type Estimate = { isKnown: true; lowMs: number; highMs: number } | { isKnown: false };

/** When someone who waits since then gets in, by who is ahead of them and how fast it goes. */
export function estimateFor(desk: Desk, since: number, now: number): Estimate {
  const { orders, picture } = desk;
  if (orders === undefined || !desk.isLinked || orders.isSettling) return { isKnown: false };
  const { refreshMs, rules } = picture;
  if (orders.mode === "before-event") {
    if (orders.startsAt === undefined) return { isKnown: false };
    const leftMs = Math.max(0, orders.startsAt - now);
    return { isKnown: true, lowMs: leftMs, highMs: leftMs + refreshMs };
  }
  if (orders.pacePerMinute <= 0) return { isKnown: false };
  let [before, beside] = [0, 0];
  const { lots } = orders;
  const isShuffled = lots !== undefined && since >= lots.from && since < lots.to;
  const ownTo = isShuffled ? lots.to : since + 1;
  const ownFrom = isShuffled ? lots.from : since;
  for (const [group, waiting] of orders.line) {
    if (rules.order === "random" || (group >= ownFrom && group < ownTo)) beside += waiting;
    else if (group < ownFrom) before += waiting;
  }
  const msEach = minuteMs / orders.pacePerMinute;
  // They need a place themselves, too.
  const highMs = (before + beside + 1) * msEach + refreshMs;
  return { isKnown: true, lowMs: before * msEach, highMs };
}
