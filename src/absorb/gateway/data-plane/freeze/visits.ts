import type { Visited } from "../../../freeze/contract.ts";

/** After so long a visit counts half: of one five hours ago an eighth is left. */
const halfLifeMs = 100 * 60_000;
/** Weights grow instead of counts shrinking (forward decay, Cormode 2009); from here on they begin anew. */
const weightMax = 2 ** 40;
const keyLengthMax = 1_024;

type Entry = { key: string; count: number; error: number; at: number };

/**
 * Which pages are visited most, in bounded memory: Space-Saving (Metwally 2005) over a heap with the smallest count on
 * top. A page whose share is above one in `capacity` is surely in it, and no count is too high by more than its error.
 */
export class Visits {
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();
  readonly #heap: Entry[] = [];
  #total = 0;
  #since = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  note(key: string, now: number): void {
    if (key.length > keyLengthMax) return;
    const weight = this.#weight(now);
    this.#total += weight;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.count += weight;
      this.#sink(known);
      return;
    }
    if (this.#heap.length < this.#capacity) {
      const entry = { key, count: weight, error: 0, at: this.#heap.length };
      this.#entries.set(key, entry);
      this.#heap.push(entry);
      this.#rise(entry);
      return;
    }
    const least = this.#heap[0] as Entry;
    this.#entries.delete(least.key);
    least.key = key;
    least.error = least.count;
    least.count += weight;
    this.#entries.set(key, least);
    this.#sink(least);
  }

  /** All visits, and the pages with what they surely had of them, most visited first; in visits of now. */
  read(now: number): { total: number; pages: Visited[] } {
    const weight = this.#weight(now);
    const pages = this.#heap
      .map(({ key, count, error }) => ({ key, visits: (count - error) / weight }))
      .toSorted((a, b) => b.visits - a.visits);
    return { total: this.#total / weight, pages };
  }

  #weight(now: number): number {
    if (this.#since === 0) this.#since = now;
    const weight = 2 ** ((now - this.#since) / halfLifeMs);
    if (weight < weightMax) return weight;
    this.#total /= weight;
    for (const entry of this.#heap) {
      entry.count /= weight;
      entry.error /= weight;
    }
    this.#since = now;
    return 1;
  }

  #place(entry: Entry, at: number): void {
    this.#heap[at] = entry;
    entry.at = at;
  }

  #rise(entry: Entry): void {
    while (entry.at > 0) {
      const above = this.#heap[(entry.at - 1) >> 1] as Entry;
      if (above.count <= entry.count) return;
      this.#swap(entry, above);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[entry.at * 2 + 1];
      if (left === undefined) return;
      const right = this.#heap[entry.at * 2 + 2];
      const least = right !== undefined && right.count < left.count ? right : left;
      if (least.count >= entry.count) return;
      this.#swap(entry, least);
    }
  }

  #swap(a: Entry, b: Entry): void {
    const { at } = a;
    this.#place(a, b.at);
    this.#place(b, at);
  }
}
