import { Database, type SQLQueryBindings } from "bun:sqlite";
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Purge, Target } from "../../../cache/contract.ts";
import { isMeant } from "./purging.ts";
import type { Shelf } from "./shelves.ts";
import { variantMark } from "./asked.ts";
import { Stored } from "./stored.ts";

const flushMs = 1_000;
/** How long a read may wait for another worker's commit; after that it is a miss. */
const readWaitMs = 20;
const purgeWaitMs = 2_000;
/** What waits to be written; beyond it the oldest is not written at all. */
const waitingBytesMax = 32 * 1_048_576;
const openTriesMax = 20;
const openPauseMs = 50;
/** From this share of the budget on, only what was asked for more than once is taken. */
const choosyShare = 0.9;
const lookAtSizeMs = 30_000;
const schemaVersion = 1;
const schema = `
  CREATE TABLE object (
    key TEXT NOT NULL, variant TEXT NOT NULL, service TEXT NOT NULL, status INTEGER NOT NULL,
    reason TEXT NOT NULL, fields TEXT NOT NULL, terms TEXT NOT NULL, tags TEXT NOT NULL,
    body BLOB NOT NULL, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL,
    PRIMARY KEY (key, variant)
  );
  CREATE INDEX object_used_at ON object (used_at, bytes);
  CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL);`;

type Row = {
  key: string;
  variant: string;
  service: string;
  status: number;
  reason: string;
  fields: string;
  terms: string;
  body: Uint8Array;
};

/** One SQLite file per node, which all workers read; written behind, in one transaction a second, and never waited for. */
export class Disk implements Shelf {
  readonly #path: string;
  #db: Database;
  #bytesMax: number;
  #waiting = new Map<string, Stored>();
  #waitingBytes = 0;
  /** Keys to be taken out with the next flush: a visitor's request must not wait for the disk. */
  readonly #gone = new Set<string>();
  /** What was read since the last flush: it is not the oldest any more. */
  readonly #used = new Set<string>();
  readonly #flushing: Timer;
  #size = { entries: 0, bytes: 0 };
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#db = opened(path);
    this.#flushing = setInterval(() => this.flush(), flushMs);
    this.#lookAtSize();
  }

  read(key: string): Stored[] {
    const waiting = [...this.#waiting.values()].filter((each) => each.key === key);
    if (waiting.length > 0 || this.#gone.has(key)) return waiting;
    const rows = this.#try(() =>
      this.#db.query<Row, [string]>("SELECT * FROM object WHERE key = ? LIMIT 16").all(key),
    );
    if (rows !== undefined && rows.length > 0) this.#used.add(key);
    return (rows ?? []).map(storedOf);
  }

  put(stored: Stored, timesAsked: number): void {
    const isChoosy = this.#size.bytes + this.#waitingBytes > this.#bytesMax * choosyShare;
    if (isChoosy && timesAsked < 2) return;
    // What was old beyond measure when it came would be read back as fresh: JSON knows no infinity.
    if (!Number.isFinite(stored.terms.ageAtReceiptMs) || stored.bytes > this.#bytesMax) return;
    const id = idOf(stored);
    this.#drop(id);
    this.#waiting.set(id, stored);
    this.#waitingBytes += stored.bytes;
    for (const oldest of this.#waiting.keys()) {
      if (this.#waitingBytes <= waitingBytesMax) break;
      this.#drop(oldest);
    }
  }

  #drop(id: string): void {
    const known = this.#waiting.get(id);
    if (known !== undefined) this.#waitingBytes -= known.bytes;
    this.#waiting.delete(id);
  }

  remove(key: string): void {
    for (const [id, stored] of this.#waiting) if (stored.key === key) this.#drop(id);
    this.#gone.add(key);
  }

  purge({ seq, at, target, soft }: Purge): void {
    for (const [id, stored] of this.#waiting) if (isMeant(target, stored)) this.#drop(id);
    const { where, value } = meant(target);
    this.#patiently(() => {
      if (soft) {
        this.#db.run(
          `UPDATE object SET terms = json_set(terms, '$.lifetimeMs', 0, '$.ageAtReceiptMs', 0, '$.receivedAt', ?)
             WHERE ${where}`,
          [at, ...value],
        );
      } else this.#db.run(`DELETE FROM object WHERE ${where}`, value);
      this.#db.run("INSERT OR REPLACE INTO mark VALUES ('purged', ?)", [seq]);
    });
  }

  purgedUpTo(): number {
    const sql = "SELECT value FROM mark WHERE name = 'purged'";
    return this.#try(() => this.#db.query<{ value: number }, []>(sql).get())?.value ?? 0;
  }

  clear(): void {
    this.#forgetWaiting();
    this.#patiently(() => this.#db.run("DELETE FROM object"));
    this.#patiently(() => this.#db.run("DELETE FROM mark"));
    this.#lookAtSize();
  }

  resize(bytesMax: number): void {
    this.#bytesMax = bytesMax;
  }

  figures(): ReturnType<Shelf["figures"]> {
    const { entries: diskEntries, bytes: diskBytes } = this.#size;
    return { diskEntries, diskBytes, diskBytesMax: this.#bytesMax };
  }

  /** Writes what waits; when another worker is writing just now, the next turn does it. */
  flush(): void {
    if (this.#waiting.size + this.#gone.size + this.#used.size > 0) {
      const written = this.#try(() => {
        this.#db.transaction(() => {
          for (const key of this.#gone) this.#db.run("DELETE FROM object WHERE key = ?", [key]);
          const touch = this.#db.query("UPDATE object SET used_at = ? WHERE key = ?");
          for (const key of this.#used) touch.run(Date.now(), key);
          for (const stored of this.#waiting.values()) this.#write(stored);
        })();
        return true;
      });
      if (written === true) this.#forgetWaiting();
    }
    if (performance.now() - this.#lookedAt > lookAtSizeMs) this.#lookAtSize();
  }

  #forgetWaiting(): void {
    this.#waiting.clear();
    this.#gone.clear();
    this.#used.clear();
    this.#waitingBytes = 0;
  }

  #write(stored: Stored): void {
    this.#db
      .query("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        stored.key,
        JSON.stringify(stored.selectors),
        stored.service,
        stored.status,
        stored.reason,
        JSON.stringify(stored.fields),
        JSON.stringify(stored.terms),
        ` ${stored.tags.join(" ")} `,
        stored.body,
        stored.bytes,
        Math.max(stored.touchedAt, stored.terms.receivedAt),
      );
  }

  /** How much is there, over all workers; what was used longest ago goes when it is too much. */
  #lookAtSize(): void {
    this.#lookedAt = performance.now();
    const sql = "SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM object";
    const look = () => this.#db.query<{ entries: number; bytes: number }, []>(sql).get();
    this.#size = this.#try(look) ?? this.#size;
    const surplus = this.#size.bytes - this.#bytesMax;
    if (surplus <= 0) return;
    this.#try(() =>
      this.#db.run(
        `DELETE FROM object WHERE rowid IN (SELECT id FROM (
           SELECT rowid AS id, sum(bytes) OVER (ORDER BY used_at, rowid) - bytes AS before FROM object
         ) WHERE before < ?)`,
        [surplus],
      ),
    );
    this.#size = this.#try(look) ?? this.#size;
  }

  /** A cache without its disk is a smaller cache: whatever fails here is a miss, and worth a line. */
  #try<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      const code = codeOf(error);
      if (code.startsWith("SQLITE_BUSY")) return undefined;
      process.stderr.write(`gateway: the cache on disk failed: ${String(error)}\n`);
      if (code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB") this.#startAnew();
      return undefined;
    }
  }

  /** For what must not be left out: something that is no longer true. */
  #patiently(act: () => void): void {
    this.#try(() => this.#db.run(`PRAGMA busy_timeout = ${purgeWaitMs}`));
    this.#try(act);
    this.#try(() => this.#db.run(`PRAGMA busy_timeout = ${readWaitMs}`));
  }

  #startAnew(): void {
    this.#db.close();
    removeFiles(this.#path);
    this.#db = opened(this.#path);
  }

  close(): void {
    clearInterval(this.#flushing);
    this.flush();
    this.#db.close();
  }
}

function opened(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const db = new Database(path, { create: true });
    try {
      return prepared(db);
    } catch (error) {
      db.close();
      if (attempt === openTriesMax) throw error;
      // Several workers may start at once. A file that is no database is worth less than a start without it.
      if (codeOf(error).startsWith("SQLITE_BUSY")) Bun.sleepSync(openPauseMs);
      else removeFiles(path);
    }
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "";

function removeFiles(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
}

function prepared(db: Database): Database {
  db.run(`PRAGMA busy_timeout = ${purgeWaitMs}`);
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = OFF");
  db.transaction(() => {
    const version = db
      .query<{ user_version: number }, []>("PRAGMA user_version")
      .get()?.user_version;
    if (version === schemaVersion) return;
    db.run("DROP TABLE IF EXISTS object");
    db.run("DROP TABLE IF EXISTS mark");
    db.run(schema);
    db.run(`PRAGMA user_version = ${schemaVersion}`);
  }).immediate();
  db.run(`PRAGMA busy_timeout = ${readWaitMs}`);
  return db;
}

const idOf = (stored: Stored): string => `${stored.key} ${JSON.stringify(stored.selectors)}`;

const storedOf = (row: Row): Stored =>
  new Stored({
    key: row.key,
    service: row.service,
    status: row.status,
    reason: row.reason,
    fields: JSON.parse(row.fields) as Stored["fields"],
    selectors: JSON.parse(row.variant) as Stored["selectors"],
    terms: JSON.parse(row.terms) as Stored["terms"],
    body: Buffer.from(row.body),
  });

function meant({ url, prefix, tag }: Target): { where: string; value: SQLQueryBindings[] } {
  if (url !== undefined) {
    const beginning = url + variantMark;
    return {
      where: "(key = ? OR substr(key, 1, ?) = ?)",
      value: [url, beginning.length, beginning],
    };
  }
  if (prefix !== undefined) {
    return { where: "substr(key, 1, ?) = ?", value: [prefix.length, prefix] };
  }
  return { where: "instr(tags, ?) > 0", value: [` ${tag ?? ""} `] };
}
