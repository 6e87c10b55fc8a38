import { Database, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { chmodSync, rmSync } from "node:fs";
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
    part INTEGER NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS events_envelope ON events (envelope) WHERE part = 0;
  CREATE TABLE IF NOT EXISTS types (
    type INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (type, position)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS streams (
    stream TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (stream, version)
  ) WITHOUT ROWID;
`;
const columns = "position, stream, version, type, shape, at, by, cause, envelope, part, data, hash";
const pastColumns = "position, stream, version, type, shape, at, by, cause, data";
const formatVersion = "1";
/** Of a new file: twice SQLite's default, so that a commit of many records is half as many writes. */
const pageBytes = 8_192;

/** The database file of a log: its only writer, its statements, and nothing of what they mean. */
export class Store {
  readonly db: Database;
  readonly #lock: Database;
  readonly names: Names;
  readonly #statements = new Map<string, Statement>();
  #closed = false;

  /** Opens or creates the file; throws when another process writes to it. */
  constructor(path: string, bytesMax?: number) {
    this.#lock = locked(path);
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
    const row = this.db.query("SELECT max(version) AS version FROM streams WHERE stream = ?");
    return (row.get(stream) as { version: number | null }).version ?? 0;
  }

  /** Indexes the streams and types of the records after a position; returns up to where the indexes go then. */
  index(after: Position): Position {
    const end = this.end().position;
    const fresh = "FROM events WHERE position > ? ORDER BY";
    this.db
      .transaction(() => {
        const streams = `INSERT INTO streams SELECT stream, version, position ${fresh} stream, version`;
        this.db.query(streams).run(after);
        this.db.query(`INSERT INTO types SELECT type, position ${fresh} type, position`).run(after);
        this.setMeta("indexed", String(end));
      })
      .immediate();
    return end;
  }

  /** Where the records after a position belong. */
  places(after: Position): Pick<Stored, "stream" | "position" | "version">[] {
    const sql = "SELECT stream, position, version FROM events WHERE position > ? ORDER BY position";
    return this.#statement<Pick<Stored, "stream" | "position" | "version">>(sql).all(after);
  }

  /** Do the indexed streams between two names hold at most so many events? */
  fewInStreams(range: string[], eventsMax: number): boolean {
    const probe = this.db.query(
      "SELECT 1 FROM streams WHERE stream >= ? AND stream < ? LIMIT 1 OFFSET ?",
    );
    return probe.get(...range, eventsMax) === null;
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

/** Inserts one record; made once, run for every event. */
export const inserter = ({ db, names }: Store): ((row: Stored) => void) => {
  const places = columns.split(", ").map(() => "?");
  const insert = db.prepare(`INSERT INTO events (${columns}) VALUES (${places.join(", ")})`);
  return (row) =>
    void insert.run(
      row.position,
      row.stream,
      row.version,
      names.idOf(row.type),
      row.shape,
      row.at,
      names.idOf(row.by),
      row.cause,
      row.envelope,
      row.part,
      row.data,
      row.hash,
    );
};

/**
 * Holds the right to write for as long as the process lives: an open transaction on a file of its own, so that
 * the log's file stays readable for others and a killed process leaves nothing behind that blocks the next.
 */
function locked(path: string): Database {
  const lock = new Database(`${path}.lock`, { create: true });
  try {
    lock.run("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(`${path} is open for writing in another process: a log has one writer.`, {
      cause,
    });
  }
}

/** Removes a log's files; for tests and benchmarks. */
export function removeLog(path: string): void {
  for (const suffix of ["", "-wal", "-shm", ".lock"]) rmSync(path + suffix, { force: true });
}
