import type { Database } from "bun:sqlite";

/**
 * The texts that records repeat, event types and actors, kept once: a record holds their numbers, which makes it
 * smaller to write and faster to replay.
 */
export class Names {
  readonly #db: Database;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** The number of a text, given now if it has none; within the caller's transaction. */
  idOf(text: string): number {
    const known = this.known(text);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#db.query("INSERT INTO names (text) VALUES (?)").run(text);
    return this.#keep(Number(lastInsertRowid), text);
  }

  /** The number of a text, if it was ever used. */
  known(text: string): number | undefined {
    const kept = this.#ids.get(text);
    if (kept !== undefined) return kept;
    const row = this.#db.query("SELECT id FROM names WHERE text = ?").get(text);
    return row === null ? undefined : this.#keep((row as { id: number }).id, text);
  }

  textOf(id: number): string {
    const kept = this.#texts.get(id);
    if (kept !== undefined) return kept;
    const row = this.#db.query("SELECT text FROM names WHERE id = ?").get(id);
    // A name that is gone breaks the chain of its records, which is how `verify` tells.
    const text = row === null ? "" : (row as { text: string }).text;
    this.#keep(id, text);
    return text;
  }

  /** Forgets what was learnt, because the transaction it was learnt in came to nothing. */
  forget(): void {
    this.#ids.clear();
    this.#texts.clear();
  }

  #keep(id: number, text: string): number {
    if (this.#ids.size >= namesKeptMax) this.forget();
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}

const namesKeptMax = 10_000;
