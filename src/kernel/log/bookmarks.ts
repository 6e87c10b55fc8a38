import type { Database } from "bun:sqlite";
import type { Bookmarks } from "./log.ts";

/** Bookmarks in the log's file: what was set is read back at once and is durable with the next commit. */
export class StoredBookmarks implements Bookmarks {
  readonly #db: Database;
  readonly #changed: () => void;
  /** Set or deleted since the last commit; null is deleted. */
  readonly #pending = new Map<string, string | null>();

  constructor(db: Database, changed: () => void) {
    this.#db = db;
    this.#changed = changed;
  }

  get(name: string): string | undefined {
    const pending = this.#pending.get(name);
    if (pending !== undefined) return pending ?? undefined;
    const row = this.#db.query("SELECT value FROM bookmarks WHERE name = ?").get(name);
    return row === null ? undefined : (row as { value: string }).value;
  }

  set(name: string, value: string): void {
    this.#pending.set(name, value);
    this.#changed();
  }

  delete(name: string): void {
    this.#pending.set(name, null);
    this.#changed();
  }

  list(prefix: string): [name: string, value: string][] {
    const rows = this.#db
      .query("SELECT name, value FROM bookmarks WHERE name >= ?1 AND name < ?1 || char(0x10ffff)")
      .all(prefix) as { name: string; value: string }[];
    const found = new Map(rows.map(({ name, value }) => [name, value]));
    for (const [name, value] of this.#pending) {
      if (!name.startsWith(prefix)) continue;
      if (value === null) found.delete(name);
      else found.set(name, value);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get waiting(): boolean {
    return this.#pending.size > 0;
  }

  /** Writes what is pending, inside the caller's transaction; `kept` follows once it is committed. */
  save(): void {
    const put = this.#db.query("INSERT OR REPLACE INTO bookmarks VALUES (?, ?)");
    const remove = this.#db.query("DELETE FROM bookmarks WHERE name = ?");
    for (const [name, value] of this.#pending)
      if (value === null) remove.run(name);
      else put.run(name, value);
  }

  kept(): void {
    this.#pending.clear();
  }
}
