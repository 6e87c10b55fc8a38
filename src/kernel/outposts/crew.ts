/** Threads of an outpost for what is only computing: they share nothing, so they take pure functions and plain values. */
export type Crew<I, O> = {
  work(input: I): Promise<O>;
  close(): void;
};
/** `module` is the file that exports `work`, which threads load by themselves. */
export type Trade<I, O> = { module: string; work(input: I): O };

/** No thread at all: for tests, and where there is one core. */
export const soloCrew = <I, O>({ work }: Trade<I, O>): Crew<I, O> => ({
  work: async (input) => work(input),
  close: () => {},
});

export type Job = [job: number, input: unknown];
export type Done = [job: number, output: unknown, fault?: string];
type Waiting = { accept(output: unknown): void; reject(why: Error): void };

/** So many threads; each job goes to the one with the fewest. A thread that breaks fails its jobs and is replaced. */
export function threadCrew<I, O>(trade: Trade<I, O>, size: number): Crew<I, O> {
  let isClosed = false;
  let jobs = 0;
  const threads = Array.from({ length: size }, () => new Thread(trade.module, () => isClosed));
  return {
    work: (input) => {
      const idlest = threads.reduce((best, each) => (each.busy < best.busy ? each : best));
      return idlest.give(++jobs, input) as Promise<O>;
    },
    close: () => {
      isClosed = true;
      for (const each of threads) each.close();
    },
  };
}

/** Bytes change hands instead of being copied, where a value has a buffer to itself: whoever gave them has them no longer. */
export const buffersOf = (value: unknown): ArrayBuffer[] =>
  Object.values((value ?? {}) as object).flatMap((each: unknown) =>
    each instanceof Uint8Array &&
    each.buffer instanceof ArrayBuffer &&
    each.byteLength === each.buffer.byteLength
      ? [each.buffer]
      : [],
  );

class Thread {
  readonly #module: string;
  readonly #isClosed: () => boolean;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker;

  constructor(module: string, isClosed: () => boolean) {
    this.#module = module;
    this.#isClosed = isClosed;
    this.#worker = this.#start();
  }

  get busy(): number {
    return this.#waiting.size;
  }

  give(job: number, input: unknown): Promise<unknown> {
    return new Promise((accept, reject) => {
      this.#waiting.set(job, { accept, reject });
      this.#worker.postMessage([job, input] satisfies Job, buffersOf(input));
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll("The outpost ends.");
  }

  #start(): Worker {
    const thread = new Worker(new URL("crew-thread.ts", import.meta.url), {
      argv: [this.#module],
      ref: true,
    });
    thread.addEventListener("message", ({ data }: MessageEvent<Done>) => {
      const [job, output, fault] = data;
      const waiting = this.#waiting.get(job);
      this.#waiting.delete(job);
      if (fault === undefined) waiting?.accept(output);
      else waiting?.reject(new Error(fault));
    });
    const replace = (): void => {
      if (this.#isClosed() || thread !== this.#worker) return;
      this.#worker = this.#start();
      this.#failAll("A thread broke.");
    };
    thread.addEventListener("error", replace);
    thread.addEventListener("close", replace);
    return thread;
  }

  #failAll(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
