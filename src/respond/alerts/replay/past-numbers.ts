import type { CounterDef, Labels, Millis, Read } from "#kernel";
import { looks } from "../contract.ts";
import { type Given, numbersOf } from "../rules/given-numbers.ts";
import { countersOf, type Numbers, type Span } from "../rules/numbers.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Counters know minutes for so long, and hours after that. */
export const minutesKeptMs = 72 * hourMs;
const seriesMax = 500;
const minutesMax = 45 * 24 * 60;

/** The past by the minute, read once; where only hours are known still, their counts are spread evenly. */
export function pastNumbers(read: Pick<Read, "counters" | "log" | "now">, span: Span): Numbers {
  const first = Math.max(
    Math.floor(span.from / minuteMs),
    Math.floor(span.to / minuteMs) - minutesMax,
  );
  const base = first * minuteMs;
  const length = Math.ceil((span.to - base) / minuteMs);
  const loaded = new Map<string, Given[]>();
  const direct = countersOf(read);
  const load = (of: CounterDef): Given[] => {
    const known = loaded.get(of.name);
    if (known) return known;
    const given = seriesOf(read, of, { base, length });
    loaded.set(of.name, given);
    return given;
  };
  const shifted = ({ from, to }: Span): Span => ({ from: from - base, to: to - base });
  const looked = numbersOf(load(looks));
  const built = new Map<string, Numbers>();
  const numbersFor = (of: CounterDef): Numbers => {
    const known = built.get(of.name) ?? numbersOf(load(of));
    built.set(of.name, known);
    return known;
  };
  return {
    total: (of, at, group) => numbersFor(of).total(of, shifted(at), group),
    // Sketches cannot be added up beforehand.
    distributions: direct.distributions,
    watched: (at) => {
      const count = looked.total(looks, shifted(at), {})[0]?.value ?? 0;
      return Math.min(1, (count * 10_000) / (at.to - at.from));
    },
    since: direct.since,
  };
}

type Minutes = { base: Millis; length: number };
function seriesOf(
  { counters, now }: Pick<Read, "counters" | "now">,
  of: CounterDef,
  { base, length }: Minutes,
): Given[] {
  const to = base + length * minuteMs;
  const fineFrom = Math.max(base, Math.ceil((now - minutesKeptMs) / hourMs) * hourMs);
  const by = { by: of.labels };
  const all = new Map<string, { labels: Labels; counts: number[] }>();
  const into = (labels: Labels): number[] => {
    const key = JSON.stringify(labels);
    const known = all.get(key) ?? { labels, counts: Array.from({ length }, () => 0) };
    if (all.size < seriesMax) all.set(key, known);
    return known.counts;
  };
  const place = (at: Millis, count: number, minutes: number, counts: number[]): void => {
    const start = Math.round((at - base) / minuteMs);
    for (let n = Math.max(0, start); n < Math.min(length, start + minutes); n++)
      counts[n] = (counts[n] ?? 0) + count / minutes;
  };
  if (base < fineFrom)
    for (const { labels, points } of counters.sum(of, { from: base, to: fineFrom, step: "1h" }, by))
      for (const [n, count] of points.entries())
        if (count) place(Math.floor(base / hourMs) * hourMs + n * hourMs, count, 60, into(labels));
  for (const { labels, points } of counters.sum(of, { from: fineFrom, to, step: "1m" }, by))
    for (const [n, count] of points.entries())
      if (count) place(fineFrom + n * minuteMs, count, 1, into(labels));
  return [...all.values()].map(({ labels, counts }) => ({
    ...{ counter: of, labels },
    minutes: counts.map((count) => ({ count, value: 1 })),
  }));
}
