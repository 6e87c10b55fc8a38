import type { CounterDef, Labels } from "#kernel";
import { type Counted, grouped, runningSum, totalsOf, within } from "./minutes.ts";
import type { Numbers, Span } from "./numbers.ts";
import type { Minute } from "./series.ts";

export type Given = { counter: CounterDef; labels: Labels; minutes: readonly Minute[] };

const minuteMs = 60_000;

type Part = { value: number; count: number };

/** The measurements of a series within a span, by value. */
function partsOf({ minutes }: Given, { from, to }: Span): Part[] {
  const first = Math.max(0, Math.floor(from / minuteMs));
  const end = Math.min(minutes.length, Math.ceil(to / minuteMs));
  return minutes.slice(first, end).flatMap((minute, n) => {
    if (minute === undefined || minute.count === 0) return [];
    const at = (first + n) * minuteMs;
    const share = (Math.min(to, at + minuteMs) - Math.max(from, at)) / minuteMs;
    return [{ value: minute.value, count: minute.count * share }];
  });
}

/** Numbers given minute by minute, from minute 0 on; before it nobody counted. */
export function numbersOf(given: readonly Given[]): Numbers {
  const all: (Given & Counted)[] = given.map((each) => ({
    ...each,
    upTo: runningSum(each.minutes.map((minute) => minute?.count ?? 0)),
  }));
  const length = Math.max(0, ...all.map(({ minutes }) => minutes.length));
  const watchedUpTo = runningSum(
    Array.from({ length }, (_, at) =>
      all.every(({ minutes }) => at >= minutes.length || minutes[at] !== undefined) ? 1 : 0,
    ),
  );
  const groups = grouped(all);
  return {
    since: 0,
    total: totalsOf(all),
    distributions: (of, span, group) =>
      groups(of, group).flatMap(([labels, members]) => {
        const parts = members.flatMap((each) => partsOf(each, span));
        const count = sumOf(parts);
        const quantile = (wanted: number) => quantileOf(parts, wanted * count);
        const countAbove = (value: number) => sumOf(parts.filter((each) => each.value > value));
        return count > 0 ? [{ labels, count, quantile, countAbove }] : [];
      }),
    watched: (span) => (within(watchedUpTo, span) * minuteMs) / (span.to - span.from),
  };
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { count }) => sum + count, 0);

function quantileOf(parts: readonly Part[], rank: number): number {
  let seen = 0;
  const sorted = parts.toSorted((a, b) => a.value - b.value);
  for (const { value, count } of sorted) if ((seen += count) >= rank) return value;
  return sorted.at(-1)?.value ?? 0;
}
