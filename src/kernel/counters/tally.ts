import type { Clock } from "../clock/clock.ts";
import type { CounterDef, Millis } from "../contract.ts";
import type { Delta, DeltaSeries, Labels } from "./counters.ts";
import { DdSketch } from "./ddsketch.ts";
import { HyperLogLog } from "./hyperloglog.ts";
import { seriesMaxDefault } from "./series-book.ts";
import { slotOf } from "./slots.ts";

export { hash32 } from "./hash.ts";

export interface SumHandle {
  /** Adds to the sum, 1 unless told otherwise. */
  add(n?: number): void;
}
export interface UniquesHandle {
  /** Notes a value by its `hash32`. */
  note(hash32: number): void;
}
export interface QuantilesHandle {
  record(value: number): void;
}

/** Counting on a hot path: names and labels are resolved once, each call then costs nanoseconds and allocates nothing. */
export interface Tally {
  sum<L extends string>(def: CounterDef<L>, labels: Readonly<Record<L, string>>): SumHandle;
  uniques<L extends string>(def: CounterDef<L>, labels: Readonly<Record<L, string>>): UniquesHandle;
  quantiles<L extends string>(
    def: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
  ): QuantilesHandle;
  /** What was counted since the last call, numbered. Empty `series` when nothing was: it need not be sent. */
  take(): Delta;
}

class TallySum implements SumHandle {
  #total = 0;
  add(n = 1): void {
    this.#total += n;
  }
  take(): Partial<DeltaSeries> | undefined {
    if (this.#total === 0) return undefined;
    const sum = this.#total;
    this.#total = 0;
    return { sum };
  }
}

class TallySketch<S extends HyperLogLog | DdSketch> {
  readonly sketch: S;
  readonly #field: "uniques" | "quantiles";
  constructor(sketch: S, field: "uniques" | "quantiles") {
    this.sketch = sketch;
    this.#field = field;
  }
  take(): Partial<DeltaSeries> | undefined {
    if (this.sketch.isEmpty()) return undefined;
    const text = Buffer.from(this.sketch.encode()).toString("base64");
    this.sketch.clear();
    return { [this.#field]: text };
  }
}

type Counted = { take(): Partial<DeltaSeries> | undefined };
type Entry<C extends Counted> = { name: string; labels: Labels; counted: C };

/** A tally of one process; `from` must be new with each start of it. */
export function createTally(of: { from: string; clock: Clock; seriesMax?: number }): Tally {
  const { clock } = of;
  const entries = new Map<string, Entry<Counted>>();
  const countOf = new Map<string, number>();
  let seq = 0;
  let takenAt: Millis = clock.now();

  const resolve = <C extends Counted>(def: CounterDef, labels: Labels, make: () => C): C => {
    const key = keyOf(def, labels);
    const known = entries.get(key) as Entry<C> | undefined;
    if (known) return known.counted;
    const count = (countOf.get(def.name) ?? 0) + 1;
    const isOther = def.labels.every((name) => labels[name] === "other");
    if (count > (of.seriesMax ?? seriesMaxDefault) && !isOther)
      return resolve(def, Object.fromEntries(def.labels.map((name) => [name, "other"])), make);
    countOf.set(def.name, count);
    const counted = make();
    entries.set(key, { name: def.name, labels, counted });
    return counted;
  };

  return {
    sum: (def, labels) => resolve(def, labels, () => new TallySum()),
    uniques: (def, labels) =>
      resolve(def, labels, () => new TallySketch(new HyperLogLog(), "uniques")).sketch,
    quantiles: (def, labels) =>
      resolve(def, labels, () => new TallySketch(new DdSketch(), "quantiles")).sketch,
    take: () => {
      const series: DeltaSeries[] = [];
      for (const { name, labels, counted } of entries.values()) {
        const taken = counted.take();
        if (taken) series.push({ name, labels, ...taken });
      }
      const now = clock.now();
      // What was counted over the edge of two slots belongs to the one that has more of the time.
      const slot = slotOf((takenAt + now) / 2, "10s");
      takenAt = now;
      if (series.length > 0) seq++;
      return { from: of.from, seq, slot, series };
    },
  };
}

const keyOf = ({ name, kind, labels: names }: CounterDef, labels: Labels): string =>
  [name, kind, ...names.map((each) => labels[each] ?? "")].join("\u001f");
