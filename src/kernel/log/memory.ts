import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";
import { ackOf, type End, records, refusal, type Sealed, sealed } from "./intake.ts";
import { type Ack, type Bookmarks, type Envelope, type Log, type Position } from "./log.ts";
import { type Recorded, type Replayed, Unavailable, Unknown } from "./log.ts";
import { recentPage } from "./pages.ts";
import { genesis, type Reader, reader, type Stored, type Upcasters } from "./record.ts";
import { replay } from "./replay.ts";
import { Hearers, tail } from "./tail.ts";
import { verifyChain } from "./verify.ts";

/** What outlives a log in memory: open another on it and it goes on where the first one stopped. */
export type MemoryDisk = {
  epoch?: string;
  rows: Stored[];
  end?: End;
  bookmarks: Map<string, string>;
};
export const memoryDisk = (): MemoryDisk => ({ rows: [], bookmarks: new Map() });

/** What may become of an append; the last two both tell the writer `Unknown`. */
export type Fate = "written" | "unavailable" | "written but unknown" | "lost and unknown";

/** What a simulation may do to a log. */
export type MemoryLogFaults = {
  /** How long an append waits for its disk. */
  delayMs?: (envelope: Envelope) => Millis;
  fate?: (envelope: Envelope) => Fate;
};

export type MemoryLogOptions = {
  clock: Clock;
  upcasters?: Upcasters;
  disk?: MemoryDisk;
  faults?: MemoryLogFaults;
};

/** A log that can be killed. */
export interface MemoryLog extends Log {
  /** Ends like a killed process: of what waits, the first few are written and the rest are not; nobody is told. */
  tear(): void;
}

/** Opens a log in memory: the same promises as the embedded engine, for tests and simulations. */
export function openMemoryLog(options: MemoryLogOptions): MemoryLog {
  return new LogInMemory(options);
}

type Waiting = { sealed: Sealed; fate: Fate; accept(ack: Ack): void; reject(why: Error): void };

class LogInMemory implements MemoryLog {
  readonly epoch: string;
  readonly bookmarks: Bookmarks;
  readonly #disk: MemoryDisk;
  readonly #clock: Clock;
  readonly #upcasters: Upcasters;
  readonly #faults: MemoryLogFaults;
  readonly #reader: Reader;
  readonly #streams = new Map<string, Stored[]>();
  readonly #envelopes = new Map<string, Stored[]>();
  readonly #waiting = new Set<Waiting>();
  readonly #hearers = new Hearers();
  readonly #closed = new AbortController();

  constructor({ clock, upcasters = {}, disk = memoryDisk(), faults = {} }: MemoryLogOptions) {
    this.#clock = clock;
    this.#upcasters = upcasters;
    this.#faults = faults;
    this.#disk = disk;
    this.#reader = reader(upcasters);
    this.epoch = disk.epoch ??= clock.id();
    this.bookmarks = bookmarksOf(disk.bookmarks);
    for (const row of disk.rows) this.#index(row);
  }

  head(): Position {
    return this.#end().position;
  }

  async append(envelope: Envelope): Promise<Ack> {
    const ready = sealed(envelope, this.#upcasters);
    if (this.#closed.signal.aborted) throw new Unavailable("The log is closed.");
    const fate = this.#faults.fate?.(envelope) ?? "written";
    const delayMs = this.#faults.delayMs?.(envelope) ?? 0;
    return new Promise((accept, reject) => {
      const waiting = { sealed: ready, fate, accept, reject };
      this.#waiting.add(waiting);
      if (delayMs > 0) this.#clock.at(this.#clock.now() + delayMs, () => this.#settle(waiting));
      else queueMicrotask(() => this.#settle(waiting));
    });
  }

  version(stream: string): number {
    return this.#streams.get(stream)?.length ?? 0;
  }

  read(stream: string, of: Parameters<Log["read"]>[1] = {}): Recorded[] {
    this.#checkOpen();
    const { from, limit = Number.MAX_SAFE_INTEGER, backwards = false } = of;
    const rows = this.#streams.get(stream) ?? [];
    const found = backwards
      ? rows.slice(0, from).toReversed()
      : rows.slice(Math.max(0, (from ?? 1) - 1));
    return found.slice(0, limit).map(this.#reader.recorded);
  }

  page(of: Parameters<Log["page"]>[0]): Recorded[] {
    this.#checkOpen();
    const { rows } = this.#disk;
    const quick = recentPage(rows, of);
    if (quick) return quick.map(this.#reader.recorded);
    const { after, before = Number.MAX_SAFE_INTEGER, types, streamPrefix = "", limit = 1_000 } = of;
    const found = rows.filter(
      ({ position, stream, type }) =>
        position > after &&
        position < before &&
        stream.startsWith(streamPrefix) &&
        (!types || types.includes(type)),
    );
    if (of.backwards) found.reverse();
    return found.slice(0, limit).map(this.#reader.recorded);
  }

  at(position: Position): Recorded | undefined {
    this.#checkOpen();
    const row = this.#disk.rows[position - 1];
    return row && this.#reader.recorded(row);
  }

  tail(of: Parameters<Log["tail"]>[0]): AsyncIterable<Recorded[]> {
    return tail(this, of, this.#closed.signal);
  }

  replay(of: Parameters<Log["replay"]>[0], fold: (past: Replayed) => void): Promise<Position> {
    const past = (after: Position, to: Position, types?: readonly string[]): Stored[] => {
      this.#checkOpen();
      const rows = this.#disk.rows.slice(after, to);
      return rows.filter(({ type }) => !types || types.includes(type));
    };
    return replay({ head: () => this.head(), past, read: this.#reader.replayed }, of, fold);
  }

  onCommit(hear: (head: Position) => void): () => void {
    return this.#hearers.add(hear);
  }

  verify(of: Parameters<Log["verify"]>[0] = {}): ReturnType<Log["verify"]> {
    const after = (position: Position, limit: number): Stored[] =>
      this.#disk.rows.slice(position, position + limit);
    return verifyChain({ after, end: () => this.#end() }, of.onProgress);
  }

  async close(): Promise<void> {
    for (const waiting of this.#waiting) this.#settle(waiting);
    this.#closed.abort();
  }

  tear(): void {
    let written = Math.floor(this.#clock.random() * (this.#waiting.size + 1));
    for (const waiting of this.#waiting) {
      waiting.fate = written-- > 0 ? "written but unknown" : "lost and unknown";
      this.#settle(waiting);
    }
    this.#closed.abort();
  }

  #checkOpen(): void {
    if (this.#closed.signal.aborted) throw new Unavailable("The log is closed.");
  }

  #end(): End {
    return this.#disk.end ?? { position: 0, hash: genesis, at: 0 };
  }

  #settle(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    const { sealed: envelope, fate, accept, reject } = waiting;
    if (fate === "unavailable") {
      reject(new Unavailable("The log takes no writes now."));
      return;
    }
    const outcome = fate === "lost and unknown" ? undefined : this.#write(envelope);
    if (fate !== "written") reject(new Unknown(envelope.id));
    else if (outcome instanceof Error) reject(outcome);
    else if (outcome) accept(outcome);
  }

  #write(envelope: Sealed): Ack | Error {
    const end = this.#end();
    const first = this.#envelopes.get(envelope.id);
    if (first) return ackOf(first, end.position, true);
    const version = (stream: string): number => this.version(stream);
    const refused = refusal(envelope, version);
    if (refused) return refused;
    const rows = records(envelope, end, this.#clock.now(), version);
    for (const row of rows) {
      this.#disk.rows.push(row);
      this.#index(row);
    }
    const last = rows.at(-1);
    if (last) {
      this.#disk.end = { position: last.position, hash: last.hash, at: last.at };
      this.#hearers.tell(last.position);
    }
    return ackOf(rows, end.position, false);
  }

  #index(row: Stored): void {
    for (const [index, key] of [
      [this.#streams, row.stream],
      [this.#envelopes, row.envelope],
    ] as const) {
      const known = index.get(key);
      if (known) known.push(row);
      else index.set(key, [row]);
    }
  }
}

const bookmarksOf = (kept: Map<string, string>): Bookmarks => ({
  get: (name) => kept.get(name),
  set: (name, value) => void kept.set(name, value),
  delete: (name) => void kept.delete(name),
  list: (prefix) =>
    [...kept].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
});
