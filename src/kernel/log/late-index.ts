import type { Position } from "./log.ts";
import type { Stored } from "./record.ts";
import { type Place, placesPerRow, type Store } from "./sqlite-store.ts";

/** What the file's index of a stream lacks: its newest version, and where its records lie up to that. */
type Fresh = { version: number; positions: Position[] };

/**
 * Finds a stream's records. The indexes in the file run behind: many streams make every commit touch many of their
 * pages, which would more than halve the rate of writing. What they lack is kept here, and found again at opening.
 */
export class LateIndex {
  readonly #store: Store;
  readonly #streams = new Map<string, Fresh>();
  readonly #types = new Map<string, Position[]>();
  #freshRecords = 0;
  #seenTo: Position;
  #indexedTo: Position;

  constructor(store: Store) {
    this.#store = store;
    this.#seenTo = this.#indexedTo = Number(store.meta("indexed") ?? 0);
    for (const row of store.places(this.#indexedTo)) this.add(row);
  }

  /** How many records the indexes lack. */
  get behind(): number {
    return this.#freshRecords;
  }

  get indexedTo(): Position {
    return this.#indexedTo;
  }

  add({ stream, type, position, version }: Place): void {
    const known = this.#streams.get(stream);
    if (known) {
      known.version = version;
      known.positions.push(position);
    } else this.#streams.set(stream, { version, positions: [position] });
    const ofType = this.#types.get(type);
    if (ofType) ofType.push(position);
    else this.#types.set(type, [position]);
    this.#freshRecords++;
    this.#seenTo = position;
  }

  version(stream: string): number {
    return this.#streams.get(stream)?.version ?? this.#store.indexedVersion(stream);
  }

  read(stream: string, from: number, limit: number): Stored[] {
    const { first, positions } = this.#freshOf(stream);
    const fresh = JSON.stringify(positions.slice(Math.max(0, from - first)));
    return this.#store.rows(
      `WHERE position IN (
        SELECT * FROM (SELECT each.value FROM streams, json_each(positions) AS each WHERE stream = ?1
          AND first >= coalesce((SELECT max(first) FROM streams WHERE stream = ?1 AND first <= ?2), 0)
          AND first + each.key >= ?2 ORDER BY first, each.key LIMIT ?3)
        UNION ALL SELECT value FROM json_each(?4)) ORDER BY position LIMIT ?3`,
      [stream, from, limit, fresh],
    );
  }

  readBackwards(stream: string, from: number, limit: number): Stored[] {
    const { first, positions } = this.#freshOf(stream);
    const fresh = JSON.stringify(positions.slice(0, Math.max(0, from - first + 1)));
    return this.#store.rows(
      `WHERE position IN (
        SELECT * FROM (SELECT each.value FROM streams, json_each(positions) AS each WHERE stream = ?1
          AND first <= ?2 AND first + each.key <= ?2 ORDER BY first DESC, each.key DESC LIMIT ?3)
        UNION ALL SELECT value FROM json_each(?4)) ORDER BY position DESC LIMIT ?3`,
      [stream, from, limit, fresh],
    );
  }

  /** Brings the indexes in the file up to the records in it, in a transaction of its own. */
  catchUp(): void {
    if (this.#freshRecords === 0) return;
    const streams = [...this.#streams.keys()].sort().flatMap((stream) => {
      const { first, positions } = this.#freshOf(stream);
      return inRows(positions, (part, skipped) => ({ stream, first: first + skipped, part }));
    });
    const types = [...this.#types].flatMap(([type, positions]) =>
      inRows(positions, (part) => ({ type, part })),
    );
    this.#store.index({ to: this.#seenTo, streams, types });
    this.#indexedTo = this.#seenTo;
    this.#streams.clear();
    this.#types.clear();
    this.#freshRecords = 0;
  }

  #freshOf(stream: string): { first: number; positions: readonly Position[] } {
    const { version, positions } = this.#streams.get(stream) ?? none;
    return { first: version - positions.length + 1, positions };
  }
}

const none: Fresh = { version: 0, positions: [] };

/** Cuts positions into what one row of an index holds. */
function inRows<R>(
  positions: readonly Position[],
  row: (part: readonly Position[], skipped: number) => R,
): R[] {
  const rows: R[] = [];
  for (let skipped = 0; skipped < positions.length; skipped += placesPerRow)
    rows.push(row(positions.slice(skipped, skipped + placesPerRow), skipped));
  return rows;
}
