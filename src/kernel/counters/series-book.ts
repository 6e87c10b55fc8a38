import type { CounterKind, Millis } from "../contract.ts";
import { type Cell, emptyCell } from "./cell.ts";
import type { Labels, SinceStart } from "./counters.ts";
import { DdSketch } from "./ddsketch.ts";
import { hash32 } from "./hash.ts";
import { HyperLogLog } from "./hyperloglog.ts";

export const seriesMaxDefault = 1000;
const labelCharsMax = 256;
const separator = "\u001f";
/** A label set that was not counted for so long no longer takes a place of its counter's limit. */
const activeMs = 3_600_000;

type Whole = { sum: number; count: number };
export type Live = {
  labels: Labels;
  cells: Map<Millis, Cell>;
  countedAt: Millis;
  /** Of all cells that are written and forgotten. */
  written: Whole;
};

/** What was counted before and in these cells. */
function wholeOf(before: Whole, cells: Iterable<Cell>): Whole {
  let { sum, count } = before;
  for (const cell of cells) {
    sum += cell instanceof DdSketch ? cell.sum : cell.value();
    count += cell instanceof DdSketch ? cell.count : 0;
  }
  return { sum, count };
}

/** One counter's label sets that were counted lately, no more than its limit; what exceeds it is counted as `other`. */
export class SeriesBook {
  readonly name: string;
  readonly kind: CounterKind;
  readonly limit: number;
  readonly #labelNames: readonly string[];
  readonly #live = new Map<string, Live>();
  readonly #folded = new HyperLogLog();

  constructor(of: { name: string; kind: CounterKind; labels: readonly string[]; limit: number }) {
    this.name = of.name;
    this.kind = of.kind;
    this.limit = of.limit;
    this.#labelNames = [...of.labels].sort();
  }

  /** How many different label sets were folded into `other`; an estimate where they are many. */
  get folded(): number {
    return Math.round(this.#folded.value());
  }

  live(): Iterable<Live> {
    return this.#live.values();
  }

  /** Where to count these labels in this slot. */
  cell(labels: Labels, slot: Millis, now: Millis): Cell {
    const key = this.#keyOf(labels);
    const live = this.#live.get(key) ?? this.#admit(key, now);
    live.countedAt = now;
    let cell = live.cells.get(slot);
    if (cell === undefined) live.cells.set(slot, (cell = emptyCell(this.kind)));
    return cell;
  }

  /** Everything counted so far is written: forget it, and the label sets that rest. */
  clear(now: Millis): void {
    for (const [key, live] of this.#live) {
      if (this.kind !== "uniques") live.written = wholeOf(live.written, live.cells.values());
      live.cells.clear();
      if (live.countedAt < now - activeMs) this.#live.delete(key);
    }
  }

  sinceStart(): SinceStart[] {
    return Array.from(this.#live.values(), ({ labels, cells, written }) => {
      const { sum, count } = wholeOf(written, cells.values());
      return { labels, sum, ...(this.kind === "quantiles" && { count }) };
    });
  }

  #keyOf(labels: Labels): string {
    let key = "";
    for (const name of this.#labelNames) key += textOf(labels[name]) + separator;
    return key;
  }

  #admit(key: string, now: Millis): Live {
    if (this.#live.size < this.limit) return this.#open(key, key.split(separator), now);
    this.#folded.note(hash32(key));
    const other = this.#labelNames.map(() => "other");
    const otherKey = other.map((each) => each + separator).join("");
    return this.#live.get(otherKey) ?? this.#open(otherKey, other, now);
  }

  #open(key: string, values: readonly string[], countedAt: Millis): Live {
    const labels = Object.fromEntries(
      this.#labelNames.map((name, at) => [name, values[at] ?? ""] as const),
    );
    const written = { sum: 0, count: 0 };
    const live: Live = { labels, cells: new Map(), countedAt, written };
    this.#live.set(key, live);
    return live;
  }
}

/** A label's text: bounded, and without the separator of keys. */
function textOf(value: string | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return textOf(String(value)); // What comes over a wire is not typed.
  if (value.length <= labelCharsMax && !value.includes(separator)) return value;
  return value.slice(0, labelCharsMax).replaceAll(separator, " ");
}
