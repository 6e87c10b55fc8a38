import type { Limits } from "./bus.ts";

const concurrencyDefault = 64;
const queuedDefault = 10_000;

type Job = () => unknown;

/** Runs jobs in order of arrival within limits; what exceeds them is dropped and told. */
export class Inbox {
  readonly #limits: Required<Limits>;
  readonly #onError: (error: unknown) => void;
  readonly #queue: Job[] = [];
  #running = 0;
  #closed = false;

  constructor(limits: Limits | undefined, onError: (error: unknown) => void) {
    this.#limits = {
      concurrency: limits?.concurrency ?? concurrencyDefault,
      queuedMax: limits?.queuedMax ?? queuedDefault,
      onDrop: limits?.onDrop ?? (() => undefined),
    };
    this.#onError = onError;
  }

  /** False when the job was dropped. */
  take(job: Job): boolean {
    if (this.#closed) return false;
    if (this.#running < this.#limits.concurrency) {
      void this.#run(job);
      return true;
    }
    if (this.#queue.length < this.#limits.queuedMax) {
      this.#queue.push(job);
      return true;
    }
    this.#limits.onDrop(1);
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  async #run(job: Job): Promise<void> {
    this.#running++;
    try {
      const result = job();
      if (result instanceof Promise) await result;
    } catch (error) {
      this.#onError(error); // One listener's bug must not silence the others.
    }
    this.#running--;
    const next = this.#queue.shift();
    if (next !== undefined) void this.#run(next);
  }
}
