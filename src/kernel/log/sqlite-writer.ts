import { SQLiteError, type Statement } from "bun:sqlite";
import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";
import { StoredBookmarks } from "./bookmarks.ts";
import { ackOf, type End, records, refusal, type Sealed } from "./intake.ts";
import { LateIndex } from "./late-index.ts";
import { type Ack, type Position, Unavailable, Unknown } from "./log.ts";
import type { Stored } from "./record.ts";
import { inserter } from "./sqlite-insert.ts";
import type { Store } from "./sqlite-store.ts";

/** What became of a batch: its records, and for each envelope the acknowledgement or why not. */
type Written = { rows: Stored[]; outcomes: (Ack | Error)[] };
type Waiting = { sealed: Sealed; accept(ack: Ack): void; reject(why: Error): void };

const batchEnvelopesMax = 1_000;
const versionsKeptMax = 100_000;
const recentKeptMax = 4_096;
/** A killed process reads on reopening what is not indexed, and all of the write-ahead log: so much may gather. */
const unindexedRecordsMax = 16_000;
const walBytesMax = 32_000_000;
/** What a commit and a record add to the write-ahead log beside the record's data, rather too much than too little. */
const walBytesPerCommit = 24_000;
const walBytesPerRecord = 600;
const idleBeforeUpkeepMs: Millis = 1_000;

/** Commits what waits, once per turn of the event loop: one transaction and one fsync for all of it. */
export class Writer {
  readonly bookmarks: StoredBookmarks;
  readonly index: LateIndex;
  /** The newest records in order, so that those who follow need no query. */
  recent: Stored[] = [];
  end: End;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #committed: (head: Position) => void;
  readonly #insert: (rows: readonly Stored[]) => void;
  readonly #begin: Statement;
  readonly #commitNow: Statement;
  readonly #versions = new Map<string, number>();
  readonly #versionOf = (stream: string): number => this.version(stream);
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #broken: string | undefined;
  #walBytes = 0;
  #cancelUpkeep: (() => void) | undefined;

  constructor(store: Store, clock: Clock, committed: (head: Position) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#committed = committed;
    this.#insert = inserter(store);
    this.#begin = store.db.query("BEGIN IMMEDIATE");
    this.#commitNow = store.db.query("COMMIT");
    this.bookmarks = new StoredBookmarks(store.db, () => this.#schedule());
    this.end = store.end();
    // What lives before this one left: a process that is killed again and again never has a moment without writers.
    this.#walBytes = store.walBytes();
    this.index = new LateIndex(store);
  }

  append(sealed: Sealed): Promise<Ack> {
    if (this.#closed) throw new Unavailable("The log is closed.");
    if (this.#broken !== undefined) throw new Unavailable(this.#broken);
    return new Promise((accept, reject) => {
      this.#waiting.push({ sealed, accept, reject });
      this.#schedule();
    });
  }

  version(stream: string): number {
    return this.#versions.get(stream) ?? this.#remember(stream, this.index.version(stream));
  }

  /** Commits what waits and puts the file in order. */
  close(): void {
    if (this.#closed) return;
    do this.#commit();
    while (this.#waiting.length > 0);
    this.#cancelUpkeep?.();
    if (this.#broken === undefined) {
      this.#upkeep();
      this.#store.checkpoint("TRUNCATE");
    }
    this.#closed = true;
  }

  #remember(stream: string, version: number): number {
    if (this.#versions.size >= versionsKeptMax && !this.#versions.has(stream)) {
      const [oldest] = this.#versions.keys();
      if (oldest !== undefined) this.#versions.delete(oldest);
    }
    this.#versions.set(stream, version);
    return version;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#commit());
  }

  #commit(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const batch = this.#waiting.splice(0, batchEnvelopesMax);
    if (this.#waiting.length > 0) this.#schedule();
    if (batch.length === 0 && !this.bookmarks.waiting) return;
    let written: Written;
    let stage: "writing" | "committing" = "writing";
    try {
      if (this.#broken !== undefined) throw new Unavailable(this.#broken);
      written = this.#write(batch);
      const last = written.rows.at(-1);
      if (last) this.#store.setEnd(endAt(last));
      this.bookmarks.save();
      stage = "committing";
      this.#commitNow.run();
    } catch (cause) {
      this.#fail(cause, batch, stage);
      return;
    }
    this.bookmarks.kept();
    this.#publish(written.rows);
    batch.forEach(({ accept, reject }, index) => {
      const outcome = written.outcomes[index];
      if (outcome instanceof Error) reject(outcome);
      else if (outcome) accept(outcome);
    });
  }

  /** Writes a batch into a transaction that it opens. */
  #write(batch: readonly Waiting[]): Written {
    const hopeful = this.#decide(batch, false);
    try {
      this.#begin.run();
      this.#insert(hopeful.rows);
      return hopeful;
    } catch (cause) {
      if (!isConstraint(cause)) throw cause;
    }
    // An id is in the log already, which is rare enough to find out like this; the conflict undid the transaction.
    for (const { stream } of hopeful.rows) this.#versions.delete(stream);
    this.#store.names.forget();
    const known = this.#decide(batch, true);
    this.#begin.run();
    this.#insert(known.rows);
    return known;
  }

  /** Decides on each envelope, looking for its id only when told or refused; neighbours are not touched either way. */
  #decide(batch: readonly Waiting[], lookUp: boolean): Written {
    const rows: Stored[] = [];
    const outcomes = batch.map(({ sealed }) => {
      const end: End = rows.at(-1) ?? this.end;
      const refused = refusal(sealed, this.#versionOf);
      if (lookUp || refused) {
        // A retry of what was accepted finds its own streams moved on: that is no refusal.
        const inBatch = rows.filter(({ envelope }) => envelope === sealed.id);
        const first = inBatch.length > 0 ? inBatch : this.#store.envelope(sealed.id);
        if (first.length > 0) return ackOf(first, end.position, true);
        if (refused) return refused;
      }
      const more = records(sealed, end, this.#clock.now(), this.#versionOf);
      for (const row of more) {
        this.#remember(row.stream, row.version);
        rows.push(row);
      }
      return ackOf(more, end.position, false);
    });
    return { rows, outcomes };
  }

  #publish(rows: Stored[]): void {
    const last = rows.at(-1);
    if (!last) return;
    this.end = endAt(last);
    for (const row of rows) {
      this.recent.push(row);
      this.index.add(row);
      this.#walBytes += walBytesPerRecord + row.data.length;
    }
    if (this.recent.length > 2 * recentKeptMax) this.recent = this.recent.slice(-recentKeptMax);
    this.#walBytes += walBytesPerCommit;
    this.#planUpkeep();
    this.#committed(this.end.position);
  }

  /** Nothing of the batch is acknowledged. A full disk may be freed; after any other failure the file is not trusted. */
  #fail(cause: unknown, batch: readonly Waiting[], stage: "writing" | "committing"): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    const isFull = cause instanceof SQLiteError && cause.code === "SQLITE_FULL";
    if (!isFull) this.#broken ??= `The log takes no writes until it is opened again: ${why}.`;
    this.#versions.clear();
    this.#store.names.forget();
    try {
      if (this.#store.db.inTransaction) this.#store.db.run("ROLLBACK");
    } catch (second) {
      this.#broken ??= `The log takes no writes until it is opened again: ${String(second)}.`;
    }
    for (const { sealed, reject } of batch)
      reject(
        stage === "committing"
          ? new Unknown(sealed.id)
          : new Unavailable(`The log takes no writes now: ${why}.`, { cause }),
      );
  }

  /** Off the path of writers: when nobody writes for a moment, or in a turn of its own when much has gathered. */
  #planUpkeep(): void {
    this.#cancelUpkeep?.();
    this.#cancelUpkeep = undefined;
    if (this.#walBytes >= walBytesMax) setImmediate(() => this.#upkeep());
    else if (this.index.behind >= unindexedRecordsMax) setImmediate(() => this.#upkeep("index"));
    else {
      const idleAt = this.#clock.now() + idleBeforeUpkeepMs;
      this.#cancelUpkeep = this.#clock.at(idleAt, () => this.#upkeep());
    }
  }

  #upkeep(only?: "index"): void {
    if (this.#closed || this.#broken !== undefined) return;
    try {
      this.index.catchUp();
      if (only === "index") return;
      this.#store.checkpoint("PASSIVE");
      this.#walBytes = 0;
    } catch (cause) {
      this.#fail(cause, [], "writing");
    }
  }
}

const endAt = ({ position, hash, at }: Stored): End => ({ position, hash, at });
const isConstraint = (cause: unknown): boolean =>
  cause instanceof SQLiteError && (cause.code ?? "").startsWith("SQLITE_CONSTRAINT");
