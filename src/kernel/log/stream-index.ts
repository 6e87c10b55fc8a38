import type { Position } from "./log.ts";
import type { Stored } from "./record.ts";
import type { Store } from "./sqlite-store.ts";

/**
 * Finds a stream's records. The index in the file runs behind: many streams make every commit touch many of its
 * pages, which would more than halve the rate of writing. What it lacks is kept here, and found again at opening.
 */
export class StreamIndex {
  readonly #store: Store;
  readonly #fresh = new Map<string, Stored[]>();
  #freshRecords = 0;
  #indexedTo: Position;

  /** Takes in the records behind the index; returns them through `found`, in order. */
  constructor(store: Store, found: (row: Stored) => void) {
    this.#store = store;
    this.#indexedTo = Number(store.meta("indexed") ?? 0);
    for (const row of store.rows("WHERE position > ? ORDER BY position", [this.#indexedTo])) {
      this.add(row);
      found(row);
    }
  }

  get behind(): number {
    return this.#freshRecords;
  }

  get indexedTo(): Position {
    return this.#indexedTo;
  }

  add(row: Stored): void {
    const known = this.#fresh.get(row.stream);
    if (known) known.push(row);
    else this.#fresh.set(row.stream, [row]);
    this.#freshRecords++;
  }

  version(stream: string): number {
    return this.#fresh.get(stream)?.at(-1)?.version ?? this.#store.indexedVersion(stream);
  }

  read(stream: string, from: number, limit: number): Stored[] {
    const old = this.#store.rows(
      `WHERE position IN (SELECT position FROM streams WHERE stream = ? AND version >= ?
        ORDER BY version LIMIT ?) ORDER BY position`,
      [stream, from, limit],
    );
    const fresh = this.#fresh.get(stream)?.filter(({ version }) => version >= from) ?? [];
    return old.concat(fresh).slice(0, limit);
  }

  readBackwards(stream: string, from: number, limit: number): Stored[] {
    const fresh = this.#fresh.get(stream)?.filter(({ version }) => version <= from) ?? [];
    const found = fresh.toReversed().slice(0, limit);
    if (found.length === limit) return found;
    const old = this.#store.rows(
      `WHERE position IN (SELECT position FROM streams WHERE stream = ? AND version <= ?
        ORDER BY version DESC LIMIT ?) ORDER BY position DESC`,
      [stream, from, limit - found.length],
    );
    return found.concat(old);
  }

  /** Brings the index in the file up to the records in it, in a transaction of its own. */
  catchUp(): void {
    if (this.#freshRecords === 0) return;
    this.#indexedTo = this.#store.indexStreams(this.#indexedTo);
    this.#fresh.clear();
    this.#freshRecords = 0;
  }
}
