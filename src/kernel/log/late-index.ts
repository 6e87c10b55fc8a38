import type { Position } from "./log.ts";
import type { Stored } from "./record.ts";
import type { Store } from "./sqlite-store.ts";

/** Where a record lies that the index in the file does not know yet. */
type Fresh = { position: Position; version: number };

/**
 * Finds a stream's records. The indexes in the file run behind: many streams make every commit touch many of their
 * pages, which would more than halve the rate of writing. What they lack is kept here, and found again at opening.
 */
export class LateIndex {
  readonly #store: Store;
  readonly #fresh = new Map<string, Fresh[]>();
  #freshRecords = 0;
  #indexedTo: Position;

  constructor(store: Store) {
    this.#store = store;
    this.#indexedTo = Number(store.meta("indexed") ?? 0);
    for (const row of store.places(this.#indexedTo)) this.add(row);
  }

  /** How many records the indexes lack. */
  get behind(): number {
    return this.#freshRecords;
  }

  get indexedTo(): Position {
    return this.#indexedTo;
  }

  add({ stream, position, version }: Pick<Stored, "stream" | "position" | "version">): void {
    const known = this.#fresh.get(stream);
    if (known) known.push({ position, version });
    else this.#fresh.set(stream, [{ position, version }]);
    this.#freshRecords++;
  }

  version(stream: string): number {
    return this.#fresh.get(stream)?.at(-1)?.version ?? this.#store.indexedVersion(stream);
  }

  read(stream: string, from: number, limit: number): Stored[] {
    const fresh = this.#freshOf(stream, (version) => version >= from);
    return this.#store.rows(
      `WHERE position IN (
        SELECT * FROM (SELECT position FROM streams WHERE stream = ? AND version >= ? ORDER BY version LIMIT ?)
        UNION ALL SELECT value FROM json_each(?)) ORDER BY position LIMIT ?`,
      [stream, from, limit, fresh, limit],
    );
  }

  readBackwards(stream: string, from: number, limit: number): Stored[] {
    const fresh = this.#freshOf(stream, (version) => version <= from);
    return this.#store.rows(
      `WHERE position IN (
        SELECT * FROM (SELECT position FROM streams WHERE stream = ? AND version <= ? ORDER BY version DESC LIMIT ?)
        UNION ALL SELECT value FROM json_each(?)) ORDER BY position DESC LIMIT ?`,
      [stream, from, limit, fresh, limit],
    );
  }

  /** Brings the indexes in the file up to the records in it, in a transaction of its own. */
  catchUp(): void {
    if (this.#freshRecords === 0) return;
    this.#indexedTo = this.#store.index(this.#indexedTo);
    this.#fresh.clear();
    this.#freshRecords = 0;
  }

  #freshOf(stream: string, wanted: (version: number) => boolean): string {
    const fresh = this.#fresh.get(stream) ?? [];
    const positions = fresh.flatMap((each) => (wanted(each.version) ? each.position : []));
    return JSON.stringify(positions);
  }
}
