import { type Database, SQLiteError, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { Unavailable } from "../log/log.ts";
import type { Tables } from "../manifest/views.ts";
import { type Store, StoreFull, StoreUnknown } from "./stores.ts";

type Waiting = {
  work: (tables: Tables) => unknown;
  accept(value: unknown): void;
  reject(why: unknown): void;
};
type Outcome = { ok: true; value: unknown } | { ok: false; why: unknown };

/** So long one transaction gathers work before it is committed, so that nothing else of the process waits longer. */
const batchMsMax = 25;

/** What an engine lends: when to commit, what may fail, and what to do off the path of writers. */
export type Engine = {
  db: Database;
  /** Calls once, soon, never synchronously. */
  soon(call: () => void): void;
  elapsedMs(): number;
  /** Called between the last write and COMMIT; may throw, to stand for a failing disk. */
  beforeCommit?(): void;
  /** Called after COMMIT; may throw, to stand for a disk whose answer was lost. */
  afterCommit?(): void;
  /** Called once the writers of a commit have their answers. */
  upkeep?(): void;
  closed?(): void;
};

/** A store over one SQLite connection: one transaction for all that waits, a savepoint for each writer. */
export class GroupCommit implements Store {
  readonly tables: Tables;
  readonly #engine: Engine;
  readonly #statements = new Map<string, Statement>();
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #broken: string | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    const statement = (sql: string): Statement => this.#statement(sql);
    this.tables = {
      run: (sql, ...params) => void statement(sql).run(...(params as SQLQueryBindings[])),
      all: <R>(sql: string, ...params: unknown[]) =>
        statement(sql).all(...(params as SQLQueryBindings[])) as R[],
      get: <R>(sql: string, ...params: unknown[]) =>
        (statement(sql).get(...(params as SQLQueryBindings[])) ?? undefined) as R | undefined,
    };
  }

  write<T>(work: (tables: Tables) => T): Promise<T> {
    return new Promise<T>((accept, reject) => {
      if (this.#closed) return reject(new Unavailable("The store is closed."));
      if (this.#broken !== undefined) return reject(new StoreUnknown(this.#broken));
      this.#waiting.push({ work, accept: accept as Waiting["accept"], reject });
      this.#schedule();
    });
  }

  bytes(): number {
    const pragma = (name: string): number =>
      Object.values(this.tables.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#waiting.length > 0 && this.#broken === undefined) this.#commit();
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0))
      reject(new Unavailable("The store is closed."));
    for (const statement of this.#statements.values()) statement.finalize();
    this.#engine.closed?.();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#engine.soon(() => {
      this.#scheduled = false;
      if (!this.#closed) this.#commit();
    });
  }

  #commit(): void {
    const taken: Waiting[] = [];
    const outcomes: Outcome[] = [];
    let committing = false;
    try {
      this.#statement("BEGIN IMMEDIATE").run();
      const startedAt = this.#engine.elapsedMs();
      while (this.#waiting.length > 0 && this.#engine.elapsedMs() - startedAt < batchMsMax) {
        const next = this.#waiting.shift();
        if (!next) break;
        taken.push(next);
        outcomes.push(this.#attempt(next));
      }
      this.#engine.beforeCommit?.();
      committing = true;
      this.#statement("COMMIT").run();
      this.#engine.afterCommit?.();
    } catch (cause) {
      this.#fail(cause, taken, committing);
      return;
    } finally {
      if (this.#waiting.length > 0) this.#schedule();
    }
    taken.forEach(({ accept, reject }, at) => {
      const outcome = outcomes[at];
      if (outcome?.ok) accept(outcome.value);
      else reject(outcome?.why);
    });
    this.#keepUp();
  }

  /** What is committed stands, whether or not there is room to tidy up; the next commit tries again. */
  #keepUp(): void {
    try {
      this.#engine.upkeep?.();
    } catch (cause) {
      if (!isFull(cause)) throw cause;
    }
  }

  #attempt({ work }: Waiting): Outcome {
    this.#statement("SAVEPOINT one").run();
    try {
      const value = work(this.tables);
      this.#statement("RELEASE one").run();
      return { ok: true, value };
    } catch (why) {
      // A full disk or a failed one has undone the whole transaction, and is everybody's failure.
      if (!this.#engine.db.inTransaction) throw why;
      this.#statement("ROLLBACK TO one").run();
      this.#statement("RELEASE one").run();
      if (isFull(why)) throw why;
      return { ok: false, why };
    }
  }

  #fail(cause: unknown, taken: readonly Waiting[], committing: boolean): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    const full = isFull(cause);
    try {
      if (this.#engine.db.inTransaction) this.#statement("ROLLBACK").run();
    } catch (second) {
      this.#broken ??= `The store takes no writes until it is opened again: ${String(second)}.`;
    }
    if (!full && committing)
      this.#broken ??= `The store takes no writes until it is opened again: ${why}.`;
    for (const { reject } of taken)
      reject(
        full
          ? new StoreFull(`There is no room left: ${why}.`)
          : committing
            ? new StoreUnknown(`It is not known whether this was written: ${why}.`)
            : new Unavailable(`The store takes no writes now: ${why}.`, { cause }),
      );
    if (this.#broken !== undefined)
      for (const { reject } of this.#waiting.splice(0)) reject(new StoreUnknown(this.#broken));
  }

  #statement(sql: string): Statement {
    if (this.#closed) throw new Unavailable("The store is closed.");
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#engine.db.prepare(sql)));
    return statement;
  }
}

const isFull = (cause: unknown): boolean =>
  cause instanceof StoreFull || (cause instanceof SQLiteError && cause.code === "SQLITE_FULL");
