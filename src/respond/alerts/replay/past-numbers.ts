import type { CounterDef, Labels, Millis, Read } from "#kernel";
import { looks } from "../contract.ts";
import { type Counted, runningSum, totalsOf } from "../rules/minutes.ts";
import { countersOf, lookEveryMs, type Numbers, type Span } from "../rules/numbers.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Counters know minutes for so long, and hours after that. */
export const minutesKeptMs = 72 * hourMs;
/** Bounds what a replay holds in memory to 60 MB a counter. */
const seriesMax = 300;
const minutesMax = 18 * 24 * 60;

/** The past by the minute, read once; where only hours are known still, their counts are spread evenly. */
export function pastNumbers(read: Pick<Read, "counters" | "log" | "now">, span: Span): Numbers {
  const end = Math.ceil(span.to / minuteMs);
  const first = Math.max(Math.floor(span.from / minuteMs), end - minutesMax);
  const base = first * minuteMs;
  const totals = new Map<string, Numbers["total"]>();
  const totalOf = (of: CounterDef): Numbers["total"] => {
    const known = totals.get(of.name);
    if (known) return known;
    const made = totalsOf(seriesOf(read, of, { base, length: end - first }));
    totals.set(of.name, made);
    return made;
  };
  const shifted = ({ from, to }: Span): Span => ({ from: from - base, to: to - base });
  const { distributions, since } = countersOf(read);
  return {
    total: (of, at, group) => totalOf(of)(of, shifted(at), group),
    // Sketches cannot be added up beforehand.
    distributions,
    watched: (at) => {
      const looked = totalOf(looks)(looks, shifted(at), {})[0]?.value ?? 0;
      return Math.min(1, (looked * lookEveryMs) / (at.to - at.from));
    },
    since,
  };
}

type Minutes = { base: Millis; length: number };
function seriesOf(
  { counters, now }: Pick<Read, "counters" | "now">,
  of: CounterDef,
  { base, length }: Minutes,
): Counted[] {
  const all = new Map<string, { labels: Labels; counts: Float64Array }>();
  const take = (span: Span, step: "1h" | "1m"): void => {
    const minutes = step === "1h" ? 60 : 1;
    const start = Math.round((span.from - base) / minuteMs);
    for (const { labels, points } of counters.sum(of, { ...span, step }, { by: of.labels })) {
      const key = JSON.stringify(labels);
      const known = all.get(key) ?? { labels, counts: new Float64Array(length) };
      if (all.size >= seriesMax && !all.has(key)) continue;
      all.set(key, known);
      for (const [n, count] of points.entries())
        for (let at = start + n * minutes; count && at < start + (n + 1) * minutes; at++)
          if (at >= 0 && at < length) known.counts[at] = (known.counts[at] ?? 0) + count / minutes;
    }
  };
  const fineFrom = Math.max(base, Math.ceil((now - minutesKeptMs) / hourMs) * hourMs);
  if (base < fineFrom) take({ from: Math.floor(base / hourMs) * hourMs, to: fineFrom }, "1h");
  take({ from: fineFrom, to: base + length * minuteMs }, "1m");
  return [...all.values()].map(({ labels, counts }) => ({
    ...{ counter: of, labels, upTo: runningSum(counts) },
  }));
}
