import { Database, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { chmodSync, rmSync, statSync } from "node:fs";
import { lockForWriting } from "../sqlite-lock.ts";
import type { End } from "./intake.ts";
import { type Position, Unavailable } from "./log.ts";
import { Names } from "./names.ts";
import { genesis, type Stored, type StoredPast } from "./record.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS bookmarks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, type INTEGER NOT NULL,
    shape INTEGER NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL, cause INTEGER, envelope TEXT NOT NULL,
    part INTEGER NOT NULL, data TEXT NOT NULL, hash BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS events_envelope ON events (envelope) WHERE part = 0;
  -- Where records lie, many to a row: positions is a JSON array, first is the first position or version in it.
  CREATE TABLE IF NOT EXISTS types (
    type INTEGER NOT NULL, first INTEGER NOT NULL, positions TEXT NOT NULL, PRIMARY KEY (type, first)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS streams (
    stream TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, positions TEXT NOT NULL,
    PRIMARY KEY (stream, first)
  ) WITHOUT ROWID;
`;
const pastColumns = "position, stream, version, type, shape, at, by, cause, data";
const columns = `${pastColumns}, envelope, part, lower(hex(hash)) AS hash`;
const formatVersion = "2";
/** Of a new file: twice SQLite's default, so that a commit of many records is half as many writes. */
const pageBytes = 8_192;

/** So many records' places share a row of an index: more would spill out of its page. */
export const placesPerRow = 128;
/** Where a record lies and what it belongs to. */
export type Place = Pick<Stored, "stream" | "type" | "position" | "version">;
/** What an index gets to know at once. */
export type Indexed = {
  to: Position;
  streams: readonly { stream: string; first: number; part: readonly Position[] }[];
  types: readonly { type: string; part: readonly Position[] }[];
};

/** The database file of a log: its only writer, its statements, and nothing of what they mean. */
export class Store {
  readonly db: Database;
  readonly #lock: Database;
  readonly names: Names;
  readonly #statements = new Map<string, Statement>();
  #closed = false;

  /** Opens or creates the file; throws when another process writes to it. */
  constructor(path: string, bytesMax?: number) {
    this.#lock = lockForWriting(path, "log");
    try {
      this.db = new Database(path, { create: true, strict: true });
      chmodSync(path, 0o600);
      // The checkpoint is called for between commits, never inside one.
      for (const pragma of [
        `page_size = ${pageBytes}`,
        "journal_mode = WAL",
        "synchronous = FULL",
        "wal_autocheckpoint = 0",
        "cache_size = -32000",
        "temp_store = MEMORY",
      ])
        this.db.run(`PRAGMA ${pragma}`);
      if (bytesMax !== undefined)
        this.db.run(`PRAGMA max_page_count = ${Math.ceil(bytesMax / this.#pageBytes())}`);
      this.db.transaction(() => this.db.run(schema)).immediate();
      this.names = new Names(this.db);
    } catch (cause) {
      this.#lock.close();
      throw cause;
    }
  }

  meta(name: string): string | undefined {
    const row = this.db.query("SELECT value FROM meta WHERE name = ?").get(name);
    return row === null ? undefined : (row as { value: string }).value;
  }

  setMeta(name: string, value: string): void {
    this.db.query("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(name, value);
  }

  /** What the file is: its epoch, after a check that this program can read it. */
  epoch(fresh: () => string): string {
    const format = this.meta("format");
    if (format !== undefined && format !== formatVersion)
      throw new Error(`This log has format ${format}; this Castor reads format ${formatVersion}.`);
    const known = this.meta("epoch");
    if (known !== undefined) return known;
    const epoch = fresh();
    this.db.transaction(() => {
      this.setMeta("format", formatVersion);
      this.setMeta("epoch", epoch);
    })();
    return epoch;
  }

  /** Where the log ends according to itself: what `verify` holds the records against. */
  end(): End {
    const written = this.meta("head");
    if (written !== undefined) return JSON.parse(written) as End;
    const last = this.rows("ORDER BY position DESC LIMIT 1", [])[0];
    return last ?? { position: 0, hash: genesis, at: 0 };
  }

  setEnd(end: End): void {
    this.setMeta("head", JSON.stringify(end));
  }

  /** A stream's version as far as its index goes. */
  indexedVersion(stream: string): number {
    const row = this.#statement<{ version: number }>(
      "SELECT first + count - 1 AS version FROM streams WHERE stream = ? ORDER BY first DESC LIMIT 1",
    );
    return row.get(stream)?.version ?? 0;
  }

  /** Adds to the indexes, which go up to a position then. */
  index({ to, streams, types }: Indexed): void {
    const addStream = this.#statement("INSERT OR REPLACE INTO streams VALUES (?, ?, ?, ?)");
    const addType = this.#statement("INSERT OR REPLACE INTO types VALUES (?, ?, ?)");
    this.db
      .transaction(() => {
        for (const { stream, first, part } of streams)
          addStream.run(stream, first, part.length, `[${part.join()}]`);
        for (const { type, part } of types)
          addType.run(this.names.idOf(type), part[0] ?? 0, `[${part.join()}]`);
        this.setMeta("indexed", String(to));
      })
      .immediate();
  }

  /** Where the records after a position belong. */
  places(after: Position): Place[] {
    const rows = this.#statement<Place>(
      "SELECT stream, type, position, version FROM events WHERE position > ? ORDER BY position",
    ).all(after);
    for (const row of rows) row.type = this.names.textOf(row.type as unknown as number);
    return rows;
  }

  /** Do the indexed streams between two names hold at most so many events? */
  fewInStreams(range: string[], eventsMax: number): boolean {
    const probe = this.#statement<{ events: number | null }>(
      "SELECT sum(count) AS events FROM (SELECT count FROM streams WHERE stream >= ? AND stream < ? LIMIT ?)",
    );
    return (probe.get(...range, eventsMax + 1)?.events ?? 0) <= eventsMax;
  }

  /** The records of an envelope: they lie side by side. */
  envelope(id: string): Stored[] {
    const [first] = this.rows("WHERE envelope = ? AND part = 0", [id]);
    if (!first) return [];
    const found = [first];
    for (let position = first.position + 1; ; position++) {
      const [next] = this.rows("WHERE position = ?", [position]);
      if (next?.envelope !== id) return found;
      found.push(next);
    }
  }

  rows(where: string, bind: SQLQueryBindings[]): Stored[] {
    return this.#named<Stored>(`SELECT ${columns} FROM events ${where}`, bind);
  }

  /** What replaying needs of the records after one position and up to another: walked in order, whatever the types. */
  past(after: Position, to: Position, types?: readonly string[]): StoredPast[] {
    const only = types ? `AND +type IN (${this.typeIds(types).join(", ")})` : "";
    return this.#named<StoredPast>(
      `SELECT ${pastColumns} FROM events WHERE position > ? AND position <= ? ${only} ORDER BY position`,
      [after, to],
    );
  }

  /** The numbers of event types; those never recorded have none. */
  typeIds(types: readonly string[]): number[] {
    return types.flatMap((type) => this.names.known(type) ?? []);
  }

  /** Rows with the texts put back where the file has numbers. */
  #named<R extends StoredPast>(sql: string, bind: SQLQueryBindings[]): R[] {
    const rows = this.#statement<R>(sql).all(...bind);
    for (const row of rows) {
      // In place: a second object for each of a million records is a tenth of the time to replay them.
      row.type = this.names.textOf(row.type as unknown as number);
      row.by = this.names.textOf(row.by as unknown as number);
    }
    return rows;
  }

  #statement<R>(sql: string): Statement<R, SQLQueryBindings[]> {
    if (this.#closed) throw new Unavailable("The log is closed.");
    // The driver keeps twenty statements only.
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.db.prepare(sql)));
    return statement as Statement<R, SQLQueryBindings[]>;
  }

  #pageBytes(): number {
    return (this.db.query("PRAGMA page_size").get() as { page_size: number }).page_size;
  }

  /** How large the write-ahead log is on disk. */
  walBytes(): number {
    return statSync(`${this.db.filename}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Moves the write-ahead log into the file as far as nobody reads it. */
  checkpoint(mode: "PASSIVE" | "TRUNCATE"): void {
    this.db.run(`PRAGMA wal_checkpoint(${mode})`);
  }

  close(): void {
    this.#closed = true;
    for (const statement of this.#statements.values()) statement.finalize();
    this.db.close();
    this.#lock.close();
  }
}

/** Removes a log's files; for tests and benchmarks. */
export function removeLog(path: string): void {
  for (const suffix of ["", "-wal", "-shm", ".lock"]) rmSync(path + suffix, { force: true });
}
