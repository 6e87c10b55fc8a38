import type { CounterDef, Distribution, Labels, Millis, Read } from "#kernel";
import { looks } from "../contract.ts";

export type Span = { from: Millis; to: Millis };
export type Grouping = { where?: Labels; by?: readonly string[] };

/** What rules read: the counters of this Castor, or the series of a test. */
export type Numbers = {
  total(of: CounterDef, span: Span, group: Grouping): { labels: Labels; value: number }[];
  distributions(of: CounterDef, span: Span, group: Grouping): Distribution[];
  /** The share of a span in which somebody counted; where nobody did, nothing counted means nothing. */
  watched(span: Span): number;
  /** When counting began. */
  since: Millis;
};

/** Castor looks at its rules so often, and notes that it did. */
export const lookEveryMs = 10_000;

export function countersOf(read: Pick<Read, "counters" | "log">): Numbers {
  const { counters } = read;
  return {
    total: (of, span, group) => counters.total(of, span, group),
    distributions: (of, span, group) => counters.distributions(of, span, group),
    watched: (span) => {
      const looked = counters.total(looks, span)[0]?.value ?? 0;
      return Math.min(1, (looked * lookEveryMs) / (span.to - span.from));
    },
    since: read.log.page({ after: 0, limit: 1 })[0]?.at ?? Infinity,
  };
}
