import { Database, type Statement } from "bun:sqlite";
import type { CounterKind, Millis } from "../contract.ts";
import { type Cell, cellOf, mergeCells, type StoredCell, storedOf, Sum } from "./cell.ts";
import type { Labels, Resolution } from "./counters.ts";
import { resolutions, type Retention, slotOf } from "./slots.ts";

const schemaVersion = 1;
const tableOf = (step: Resolution): string => `rollup_${step}`;

export type StoredSeries = { id: number; name: string; kind: CounterKind; labels: Labels };
export type Row = { slot: Millis; cell: Cell };
type Table = Record<"add" | "replace" | "one" | "range" | "prune", Statement>;

/** The roll-ups on disk: one table per resolution, each complete by itself, so that late counts need no second pass. */
export class RollupStore {
  readonly #db: Database;
  readonly #tables: Record<Resolution, Table>;
  readonly #series = new Map<string, Map<string, StoredSeries>>();

  constructor(path: string) {
    this.#db = new Database(path, { create: true });
    // Losing the last seconds in a power cut is what counters promise anyway; kill -9 loses nothing committed.
    this.#db.run("PRAGMA journal_mode = WAL");
    this.#db.run("PRAGMA synchronous = NORMAL");
    this.#db.run("PRAGMA busy_timeout = 5000");
    this.#migrate(path);
    this.#tables = Object.fromEntries(
      resolutions.map((step) => [step, this.#prepare(tableOf(step))]),
    ) as Record<Resolution, Table>;
    const known = this.#db
      .query<{ id: number; name: string; kind: CounterKind; labels: string }, []>(
        "SELECT id, name, kind, labels FROM series",
      )
      .all();
    for (const each of known)
      this.#remember({ ...each, labels: JSON.parse(each.labels) as Labels }, each.labels);
  }

  transaction(work: () => void): void {
    this.#db.transaction(work).immediate();
  }

  seriesOf(name: string): Iterable<StoredSeries> {
    return this.#series.get(name)?.values() ?? [];
  }

  /** Adds what one series counted in one 10-second slot to the rows of every resolution. */
  add(name: string, kind: CounterKind, labels: Labels, { slot, cell }: Row): void {
    const { id } = this.#find(name, kind, labels);
    for (const step of resolutions) {
      const at = slotOf(slot, step);
      const table = this.#tables[step];
      if (cell instanceof Sum) {
        table.add.run(id, at, cell.value());
        continue;
      }
      const there = table.one.get(id, at) as StoredCell | null;
      const merged = there ? cellOf(kind, there) : cell;
      if (there) mergeCells(merged, cell);
      table.replace.run(id, at, storedOf(merged).sketch);
    }
  }

  *rows(of: StoredSeries, step: Resolution, from: Millis, to: Millis): Generator<Row> {
    const rows = this.#tables[step].range.all(of.id, from, to) as (StoredCell & { slot: Millis })[];
    for (const row of rows) yield { slot: row.slot, cell: cellOf(of.kind, row) };
  }

  /** Deletes what is older than it is kept; series that no row names any more go too. */
  prune(now: Millis, kept: Retention): void {
    this.transaction(() => {
      for (const step of resolutions)
        for (const known of this.#series.values())
          for (const { id } of known.values())
            this.#tables[step].prune.run(id, slotOf(now - kept[step], step));
      const named = resolutions.map(
        (step) => `NOT EXISTS (SELECT 1 FROM ${tableOf(step)} WHERE series = id)`,
      );
      const gone = this.#db
        .query<{ name: string; labels: string }, []>(
          `DELETE FROM series WHERE ${named.join(" AND ")} RETURNING name, labels`,
        )
        .all();
      for (const { name, labels } of gone) this.#series.get(name)?.delete(labels);
    });
  }

  loadSenders(): [from: string, seen: string][] {
    return this.#db.query('SELECT "from", seen FROM senders').values() as [string, string][];
  }

  saveSender(from: string, seen: string, at: Millis): void {
    this.#db.query("INSERT OR REPLACE INTO senders VALUES (?, ?, ?)").run(from, seen, at);
  }

  /** Forgets senders that have not been heard since; their names do not come again. */
  pruneSenders(before: Millis): string[] {
    const gone = this.#db.query('DELETE FROM senders WHERE at < ? RETURNING "from"').values(before);
    return gone.map(([from]) => String(from));
  }

  close(): void {
    this.#db.close();
  }

  #find(name: string, kind: CounterKind, labels: Labels): StoredSeries {
    const key = JSON.stringify(labels);
    const known = this.#series.get(name)?.get(key);
    if (known) return known;
    const made = this.#db
      .query<{ id: number }, [string, string, string]>(
        "INSERT INTO series (name, kind, labels) VALUES (?, ?, ?) RETURNING id",
      )
      .get(name, kind, key);
    const series = { id: made?.id ?? 0, name, kind, labels };
    this.#remember(series, key);
    return series;
  }

  #remember(series: StoredSeries, key: string): void {
    const known = this.#series.get(series.name) ?? new Map<string, StoredSeries>();
    this.#series.set(series.name, known.set(key, series));
  }

  #migrate(path: string): void {
    const found = this.#db.query<{ user_version: number }, []>("PRAGMA user_version").get();
    const version = found?.user_version ?? 0;
    if (version > schemaVersion)
      throw new Error(`${path} was written by a newer Castor (schema ${version}).`);
    const tables = resolutions.map(
      (step) => `CREATE TABLE IF NOT EXISTS ${tableOf(step)} (
        series INTEGER NOT NULL, slot INTEGER NOT NULL, sum REAL, sketch BLOB,
        PRIMARY KEY (series, slot)) WITHOUT ROWID;`,
    );
    this.#db.run(`${tables.join("\n")}
      CREATE TABLE IF NOT EXISTS series (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, labels TEXT NOT NULL,
        UNIQUE (name, labels));
      CREATE TABLE IF NOT EXISTS senders ("from" TEXT PRIMARY KEY, seen TEXT NOT NULL, at INTEGER NOT NULL);
      PRAGMA user_version = ${schemaVersion};`);
  }

  #prepare(table: string): Table {
    const into = `INSERT INTO ${table} (series, slot`;
    const where = `FROM ${table} WHERE series = ?`;
    const same = "ON CONFLICT (series, slot) DO UPDATE SET";
    return {
      add: this.#db.prepare(`${into}, sum) VALUES (?, ?, ?) ${same} sum = sum + excluded.sum`),
      replace: this.#db.prepare(
        `${into}, sketch) VALUES (?, ?, ?) ${same} sketch = excluded.sketch`,
      ),
      one: this.#db.prepare(`SELECT sum, sketch ${where} AND slot = ?`),
      range: this.#db.prepare(`SELECT slot, sum, sketch ${where} AND slot >= ? AND slot < ?`),
      prune: this.#db.prepare(`DELETE ${where} AND slot < ?`),
    };
  }
}
