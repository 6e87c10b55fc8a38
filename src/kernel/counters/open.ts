import type { Clock } from "../clock/clock.ts";
import type { CounterDef, CounterKind, Millis } from "../contract.ts";
import { addToCell, type Cell, cellOf, mergeCells } from "./cell.ts";
import type {
  Counters,
  Delta,
  DeltaSeries,
  Distribution,
  Labels,
  Range,
  Series,
  SinceStart,
} from "./counters.ts";
import { DdSketch } from "./ddsketch.ts";
import { type Group, type Grouping, readGroups } from "./reading.ts";
import { Senders } from "./senders.ts";
import { SeriesBook, seriesMaxDefault } from "./series-book.ts";
import { cover, type Retention, retentionDefault, slotOf, stepMs } from "./slots.ts";
import { RollupStore } from "./store.ts";

const flushMs = stepMs["10s"];
const pruneMs = stepMs["1h"];
/** More points than a picture or an export needs; a larger answer is a mistake in the question. */
const pointsMax = 50_000;
const senderKeptMs = 7 * stepMs["1d"];

export type OpenCounters = {
  /** A SQLite file, or `:memory:`. */
  path: string;
  clock: Clock;
  retention?: Partial<Retention>;
  /** How many label sets of one counter are told apart; the rest counts as `other`. */
  seriesMax?: number;
  /** Hears once of each counter that meets its limit. */
  onOverflow?: (name: string, limit: number) => void;
  /** Hears when a scheduled flush fails; the counts stay in memory and the next flush tries again. */
  onFlushError?: (error: unknown) => void;
};

/** Numbers over time in memory and SQLite. A crash loses what was counted since the last flush: at most ten seconds. */
export const openCounters = (of: OpenCounters): Counters => new StoredCounters(of);

class StoredCounters implements Counters {
  readonly #clock: Clock;
  readonly #store: RollupStore;
  readonly #retention: Retention;
  readonly #senders: Senders;
  readonly #of: OpenCounters;
  readonly #books = new Map<string, SeriesBook>();
  readonly #warned = new Set<string>();
  #prunedAt: Millis;
  #stopTimer: () => void = () => undefined;
  #dirty = false;
  #closed = false;

  constructor(of: OpenCounters) {
    this.#of = of;
    this.#clock = of.clock;
    this.#store = new RollupStore(of.path);
    this.#retention = { ...retentionDefault, ...of.retention };
    this.#senders = new Senders(this.#store.loadSenders());
    this.#prunedAt = of.clock.now();
    this.#schedule();
  }

  add<L extends string>(
    to: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
    value: number | string = 1,
  ): void {
    const now = this.#clock.now();
    addToCell(this.#cell(to, labels, slotOf(now, "10s"), now), value);
  }

  merge(delta: Delta): boolean {
    if (this.#senders.has(delta.from, delta.seq)) return false;
    const now = this.#clock.now();
    const slot = slotOf(Math.min(delta.slot, now), "10s");
    // All is read before anything is added, so that a delta that cannot be read adds nothing.
    const read = delta.series.map((series) => ({ series, ...readDelta(series) }));
    for (const { series, kind, cell } of read) {
      const def = { name: series.name, kind, labels: Object.keys(series.labels), unit: "" };
      mergeCells(this.#cell(def, series.labels, slot, now), cell);
    }
    this.#senders.note(delta.from, delta.seq);
    this.#dirty = true;
    return true;
  }

  sum(of: CounterDef, range: Range, group: Grouping = {}): Series[] {
    return this.#perStep(of, range, group).map(({ labels, slots }) => ({
      labels,
      points: pointsOf(range, (at) => slots.get(at)?.value() ?? null),
    }));
  }

  quantiles(
    of: CounterDef,
    range: Range,
    quantiles: readonly number[],
    group: Grouping = {},
  ): Series[] {
    const valueAt = (slots: Group["slots"], at: Millis, quantile: number): number | null => {
      const cell = slots.get(at);
      return cell instanceof DdSketch ? (cell.quantile(quantile) ?? null) : null;
    };
    return this.#perStep(of, range, group).flatMap(({ labels, slots }) =>
      quantiles.map((quantile) => ({
        labels: { ...labels, quantile: String(quantile) },
        points: pointsOf(range, (at) => valueAt(slots, at, quantile)),
      })),
    );
  }

  total(
    of: CounterDef,
    range: Omit<Range, "step">,
    group: Grouping = {},
  ): { labels: Labels; value: number }[] {
    return this.#whole(of, range, group).map(({ labels, slots }) => ({
      labels,
      value: slots.get(0)?.value() ?? 0,
    }));
  }

  distributions(of: CounterDef, range: Omit<Range, "step">, group: Grouping = {}): Distribution[] {
    return this.#whole(of, range, group).flatMap(({ labels, slots }) => {
      const cell = slots.get(0);
      if (!(cell instanceof DdSketch)) return [];
      const quantile = (wanted: number): number | undefined => cell.quantile(wanted);
      const countAbove = (value: number): number => cell.countAbove(value);
      return [{ labels, count: cell.count, quantile, countAbove }];
    });
  }

  sinceStart(of: CounterDef): SinceStart[] {
    return of.kind === "uniques" ? [] : (this.#bookOf(of)?.sinceStart() ?? []);
  }

  overflow(): { name: string; folded: number; limit: number }[] {
    return [...this.#books.values()]
      .filter(({ folded }) => folded > 0)
      .map(({ name, folded, limit }) => ({ name, folded, limit }));
  }

  flush(): Promise<void> {
    return this.#closed ? Promise.resolve() : Promise.try(() => this.#flushNow());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#stopTimer();
    try {
      this.#flushNow();
    } finally {
      this.#closed = true;
      this.#store.close();
    }
  }

  /** Everything of the range in the slot 0. */
  #whole(of: CounterDef, range: Omit<Range, "step">, group: Grouping): Group[] {
    const now = this.#clock.now();
    const from = Math.max(range.from, now - this.#retention["1d"]);
    const spans = cover({ from, to: Math.min(range.to, now + stepMs["1d"]) }, now, this.#retention);
    const source = { store: this.#store, book: this.#bookOf(of) };
    return readGroups(source, of, spans, { ...group, slotAt: () => 0 });
  }

  #perStep(of: CounterDef, range: Range, group: Grouping): Group[] {
    const spans = [{ step: range.step, from: slotOf(range.from, range.step), to: range.to }];
    const source = { store: this.#store, book: this.#bookOf(of) };
    return readGroups(source, of, spans, { ...group, slotAt: (at) => slotOf(at, range.step) });
  }

  #cell(to: CounterDef, labels: Labels, slot: Millis, now: Millis): Cell {
    const { name, kind } = to;
    let book = this.#bookOf(to);
    if (book === undefined) {
      const limit = this.#of.seriesMax ?? seriesMaxDefault;
      book = new SeriesBook({ name, kind, labels: to.labels, limit });
      this.#books.set(name, book);
    }
    const cell = book.cell(labels, slot, now);
    this.#dirty = true;
    return cell;
  }

  #bookOf({ name, kind }: CounterDef): SeriesBook | undefined {
    const book = this.#books.get(name);
    if (book !== undefined && book.kind !== kind)
      throw new TypeError(`${name} counts ${book.kind}, not ${kind}.`);
    return book;
  }

  #flushNow(): void {
    const now = this.#clock.now();
    if (this.#dirty) {
      this.#store.transaction(() => {
        for (const book of this.#books.values())
          for (const { labels, cells } of book.live())
            for (const [slot, cell] of cells)
              this.#store.add(book.name, book.kind, labels, { slot, cell });
        for (const [from, seen] of this.#senders.unsaved()) this.#store.saveSender(from, seen, now);
      });
      this.#dirty = false;
      this.#senders.saved();
      for (const book of this.#books.values()) book.clear(now);
      this.#warnOfOverflow();
    }
    if (now < this.#prunedAt + pruneMs) return;
    this.#prunedAt = now;
    this.#store.prune(now, this.#retention);
    for (const gone of this.#store.pruneSenders(now - senderKeptMs)) this.#senders.forget(gone);
  }

  #warnOfOverflow(): void {
    for (const { name, limit } of this.overflow()) {
      if (this.#warned.has(name)) continue;
      this.#warned.add(name);
      this.#of.onOverflow?.(name, limit);
    }
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.at(slotOf(this.#clock.now(), "10s") + flushMs, () => {
      try {
        this.#flushNow();
      } catch (error) {
        if (!this.#of.onFlushError) throw error;
        this.#of.onFlushError(error);
      } finally {
        if (!this.#closed) this.#schedule();
      }
    });
  }
}

/** One point per step of the range, the first being the step that `from` falls into. */
function pointsOf(
  { from, to, step }: Range,
  valueAt: (at: Millis) => number | null,
): (number | null)[] {
  const first = slotOf(from, step);
  const count = Math.max(0, Math.ceil((to - first) / stepMs[step]));
  if (count > pointsMax) throw new RangeError(`${count} steps of ${step} are too many to answer.`);
  return Array.from({ length: count }, (_, n) => valueAt(first + n * stepMs[step]));
}

function readDelta({ sum, uniques, quantiles }: DeltaSeries): { kind: CounterKind; cell: Cell } {
  if (uniques !== undefined) {
    const sketch = Buffer.from(uniques, "base64");
    return { kind: "uniques", cell: cellOf("uniques", { sum: null, sketch }) };
  }
  if (quantiles !== undefined) {
    const sketch = Buffer.from(quantiles, "base64");
    return { kind: "quantiles", cell: cellOf("quantiles", { sum: null, sketch }) };
  }
  return { kind: "sum", cell: cellOf("sum", { sum: sum ?? 0, sketch: null }) };
}
