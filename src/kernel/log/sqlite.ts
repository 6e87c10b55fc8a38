import type { Clock } from "../clock/clock.ts";
import { sealed } from "./intake.ts";
import type { Ack, Bookmarks, Envelope, Log, Position, Recorded, Replayed } from "./log.ts";
import { pageOf, recentPage } from "./pages.ts";
import { type Reader, reader, type Stored, type Upcasters } from "./record.ts";
import { replay } from "./replay.ts";
import { Store } from "./sqlite-store.ts";
import { Writer } from "./sqlite-writer.ts";
import { Hearers, tail } from "./tail.ts";
import { verifyChain } from "./verify.ts";

export type SqliteLogOptions = {
  path: string;
  clock: Clock;
  upcasters?: Upcasters;
  /** The log takes no writes that would make its file larger than this. */
  bytesMax?: number;
};

/** Opens the embedded log: one SQLite file, durable before every acknowledgement, one writer. */
export function openSqliteLog(options: SqliteLogOptions): Log {
  return new SqliteLog(options);
}

class SqliteLog implements Log {
  readonly epoch: string;
  readonly bookmarks: Bookmarks;
  readonly #store: Store;
  readonly #writer: Writer;
  readonly #upcasters: Upcasters;
  readonly #reader: Reader;
  readonly #hearers = new Hearers();
  readonly #closed = new AbortController();

  constructor({ path, clock, upcasters = {}, bytesMax }: SqliteLogOptions) {
    this.#upcasters = upcasters;
    this.#reader = reader(upcasters);
    this.#store = new Store(path, bytesMax);
    try {
      this.epoch = this.#store.epoch(() => clock.id());
      this.#writer = new Writer(this.#store, clock, (head) => this.#hearers.tell(head));
      this.bookmarks = this.#writer.bookmarks;
    } catch (cause) {
      this.#store.close();
      throw cause;
    }
  }

  head(): Position {
    return this.#writer.end.position;
  }

  append(envelope: Envelope): Promise<Ack> {
    // Not async: a second promise for each append would cost as much as the rest of this function.
    try {
      return this.#writer.append(sealed(envelope, this.#upcasters));
    } catch (why) {
      return Promise.reject(why);
    }
  }

  version(stream: string): number {
    return this.#writer.version(stream);
  }

  read(stream: string, of: Parameters<Log["read"]>[1] = {}): Recorded[] {
    const { from, limit = Number.MAX_SAFE_INTEGER, backwards = false } = of;
    const { index } = this.#writer;
    const rows = backwards
      ? index.readBackwards(stream, from ?? Number.MAX_SAFE_INTEGER, limit)
      : index.read(stream, from ?? 1, limit);
    return rows.map(this.#reader.recorded);
  }

  page(of: Parameters<Log["page"]>[0]): Recorded[] {
    const rows =
      recentPage(this.#writer.recent, of) ?? pageOf(this.#store, this.#writer.index.indexedTo, of);
    return rows.map(this.#reader.recorded);
  }

  at(position: Position): Recorded | undefined {
    const [row] = this.#store.rows("WHERE position = ?", [position]);
    return row && this.#reader.recorded(row);
  }

  tail(of: Parameters<Log["tail"]>[0]): AsyncIterable<Recorded[]> {
    return tail(this, of, this.#closed.signal);
  }

  replay(of: Parameters<Log["replay"]>[0], fold: (past: Replayed) => void): Promise<Position> {
    const past = this.#store.past.bind(this.#store);
    return replay({ head: () => this.head(), past, read: this.#reader.replayed }, of, fold);
  }

  onCommit(hear: (head: Position) => void): () => void {
    return this.#hearers.add(hear);
  }

  verify(of: Parameters<Log["verify"]>[0] = {}): ReturnType<Log["verify"]> {
    const after = (position: Position, limit: number): Stored[] =>
      this.#store.rows("WHERE position > ? ORDER BY position LIMIT ?", [position, limit]);
    return verifyChain({ after, end: () => this.#writer.end }, of.onProgress);
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#writer.close();
    this.#closed.abort();
    this.#store.close();
  }
}
