import type { CounterDef, Labels, Millis } from "#kernel";
import type { Grouping, Numbers, Span } from "./numbers.ts";

const minuteMs = 60_000;

/** What was counted from the beginning up to an instant; within a minute it is counted evenly. */
export type UpTo = (at: Millis) => number;
export type Counted = { counter: CounterDef; labels: Labels; upTo: UpTo };

export function runningSum(each: ArrayLike<number>): UpTo {
  const end = each.length;
  const sums = new Float64Array(end + 1);
  for (let at = 0; at < end; at++) sums[at + 1] = (sums[at] ?? 0) + (each[at] ?? 0);
  return (at) => {
    const minutes = Math.min(Math.max(at / minuteMs, 0), end);
    const whole = Math.floor(minutes);
    const before = sums[whole] ?? 0;
    return before + (minutes - whole) * ((sums[whole + 1] ?? before) - before);
  };
}
export const within = (upTo: UpTo, { from, to }: Span): number => upTo(to) - upTo(from);

/** Series in groups of labels; each way of asking is gathered once. */
export function grouped<S extends { counter: CounterDef; labels: Labels }>(
  all: readonly S[],
): (of: CounterDef, group: Grouping) => readonly (readonly [Labels, readonly S[]])[] {
  const gathered = new Map<string, [Labels, S[]][]>();
  return (of, { where = {}, by = [] }) => {
    const asked = JSON.stringify([of.name, where, by]);
    const known = gathered.get(asked);
    if (known) return known;
    const found = new Map<string, [Labels, S[]]>();
    for (const each of all) {
      const isOne = Object.entries(where).every(([name, value]) => each.labels[name] === value);
      if (each.counter.name !== of.name || !isOne) continue;
      const labels = Object.fromEntries(by.map((name) => [name, each.labels[name] ?? ""]));
      const key = JSON.stringify(labels);
      const group = found.get(key) ?? [labels, []];
      group[1].push(each);
      found.set(key, group);
    }
    const groups = [...found.values()];
    gathered.set(asked, groups);
    return groups;
  };
}

/** Totals of series that count by the minute. */
export function totalsOf(all: readonly Counted[]): Numbers["total"] {
  const groups = grouped(all);
  return (of, span, group) =>
    groups(of, group).flatMap(([labels, members]) => {
      const value = members.reduce((sum, { upTo }) => sum + within(upTo, span), 0);
      return value > 0 ? [{ labels, value }] : [];
    });
}
