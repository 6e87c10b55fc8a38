import type { CounterDef, Millis } from "../contract.ts";

export type Labels = Readonly<Record<string, string>>;

/** What a process counted since it last said so; merging two deltas loses nothing. */
export type Delta = {
  /** Identifies the sender and the sequence, so that a delta sent twice counts once. */
  from: string;
  seq: number;
  /** The 10-second slot that these belong to, start, epoch milliseconds. */
  slot: Millis;
  series: DeltaSeries[];
};
export type DeltaSeries = {
  name: string;
  labels: Labels;
  sum?: number;
  /** A HyperLogLog (see `hyperloglog.ts`), base64. */
  uniques?: string;
  /** A DDSketch (see `ddsketch.ts`), base64. */
  quantiles?: string;
};

export type Resolution = "10s" | "1m" | "1h" | "1d";
export type Range = { from: Millis; to: Millis; step: Resolution };
/** Numbers of one group of labels, one value per step; `null` where nothing was counted. */
export type Series = { labels: Labels; points: (number | null)[] };
/** Measurements of one group of labels over a whole range. */
export type Distribution = {
  labels: Labels;
  count: number;
  /** The value at a quantile in 0..1; undefined when nothing was recorded. */
  quantile(quantile: number): number | undefined;
  /** How many were greater, to within the accuracy of the sketch. */
  countAbove(value: number): number;
};

/** What one series counted since this process started: a sum, and how many measurements it is of where it is a distribution. */
export type SinceStart = { labels: Labels; sum: number; count?: number };

/**
 * Numbers over time by labels, mergeable: sums, different values (HyperLogLog), distributions (DDSketch).
 * Memory first, rolled up 10 s → 1 min → 1 h → 1 d with retention. Beyond the cardinality limit of a counter,
 * new label sets fall into one whose every label is `other`, and `overflow` tells it.
 * Every engine passes `counters/conformance.ts`.
 */
export interface Counters {
  /** Adds to a sum (default 1), notes a value (uniques), or records a measurement (quantiles). */
  add<L extends string>(
    to: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
    value?: number | string,
  ): void;
  /** Merges what another process counted; false if this delta was merged before. */
  merge(delta: Delta): boolean;
  /** Per step, the sum (sum), the number of different values (uniques) or the count (quantiles). */
  sum(of: CounterDef, range: Range, group?: { where?: Labels; by?: readonly string[] }): Series[];
  /** The quantiles (each in 0..1) of a distribution, per step: one Series per quantile, labelled `quantile`. */
  quantiles(
    of: CounterDef,
    range: Range,
    quantiles: readonly number[],
    group?: { where?: Labels; by?: readonly string[] },
  ): Series[];
  /** The total over the whole range, per group: sum, different values, or count. */
  total(
    of: CounterDef,
    range: Omit<Range, "step">,
    group?: { where?: Labels; by?: readonly string[] },
  ): { labels: Labels; value: number }[];
  /** The measurements over the whole range, per group. */
  distributions(
    of: CounterDef,
    range: Omit<Range, "step">,
    group?: { where?: Labels; by?: readonly string[] },
  ): Distribution[];
  /**
   * What sums and distributions counted since this process started, for what keeps numbers elsewhere; a series that rested
   * for an hour begins anew. Different values (uniques) cannot be told so.
   */
  sinceStart(of: CounterDef): SinceStart[];
  /** Counters that met their cardinality limit, with the label sets that were folded into `other`. */
  overflow(): { name: string; folded: number; limit: number }[];
  /** Writes what memory holds to the roll-ups; called on a schedule and before close. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
