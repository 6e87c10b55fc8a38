import { type Store, StoreFull, StoreUnknown, type Tables } from "#kernel";
import type { Keeping } from "./keep.ts";

/** What is written whole or not at all. */
export type Writable = { write(tables: Tables, keeping: Keeping): void };
type Waiting = { of: Writable; accept(): void; reject(why: unknown): void };

/** So many are worth a transaction; one alone waits for nobody. */
const enoughMax = 16;
const togetherMax = 200;

/**
 * Writes what comes at about the same time in one piece of work, so that what many events change is changed once. When one of them
 * fails, each is written alone, and only that one has failed.
 */
export class Together {
  readonly #store: Store;
  readonly #keeping: Keeping;
  #waiting: Waiting[] = [];
  #inWork = 0;
  #enough = 1;
  #isBusy = false;

  constructor(of: { store: Store; keeping: Keeping }) {
    this.#store = of.store;
    this.#keeping = of.keeping;
  }

  /** Something is being worked on that may be written soon: who is ready before waits for it, and for nobody who came later. */
  async expect<T>(work: () => Promise<T>): Promise<T> {
    this.#inWork++;
    try {
      return await work();
    } finally {
      this.#inWork--;
      this.#look();
    }
  }

  /** Resolves once it is on disk. */
  write(of: Writable): Promise<void> {
    return new Promise((accept, reject) => {
      if (this.#waiting.length === 0) this.#enough = Math.min(enoughMax, 1 + this.#inWork);
      this.#waiting.push({ of, accept, reject });
      this.#look();
    });
  }

  #look(): void {
    const count = this.#waiting.length;
    if (this.#isBusy || count === 0 || (this.#inWork > 0 && count < this.#enough)) return;
    this.#isBusy = true;
    void this.#writeAll(this.#waiting.splice(0, togetherMax)).then(() => {
      this.#isBusy = false;
      this.#look();
    });
  }

  async #writeAll(taken: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.write((tables) => {
        for (const { of } of taken) of.write(tables, this.#keeping);
        this.#keeping.settle(tables);
      });
      for (const { accept } of taken) accept();
    } catch (why) {
      this.#keeping.forget();
      const isForAll = why instanceof StoreFull || why instanceof StoreUnknown;
      if (taken.length === 1 || isForAll) for (const { reject } of taken) reject(why);
      else for (const each of taken) await this.#writeAll([each]);
    }
  }
}
