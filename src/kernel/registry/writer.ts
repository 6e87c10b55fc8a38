import type { Clock } from "../clock/clock.ts";
import type { Actor } from "../contract.ts";
import { type Envelope, type Log, Unknown, WrongVersion } from "../log/log.ts";
import { Draft } from "./draft.ts";
import { type RegistryEvent, registryStream } from "./events.ts";
import { indexOf, type RegistryState } from "./state.ts";

const jobCountMax = 256;
const batchBytesMax = 900_000;
const attemptCountMax = 20;

/** One decision: what to write given what will be known, and what to answer once that is folded. */
export type Decision<T> = { event: RegistryEvent | undefined; answer: (index: number) => T };
type Job = {
  decide: (draft: Draft) => Decision<void>;
  fail: (error: unknown) => void;
};

/**
 * Writes decisions to the log, one append at a time, many decisions in each. They are made against the state plus what
 * the same append writes before them; when another writer was first, all are made again.
 */
export class Writer {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #by: Actor;
  readonly #state: RegistryState;
  readonly #catchUp: () => void;
  readonly #queue: Job[] = [];
  #writing: Promise<void> | undefined;

  constructor(of: {
    log: Log;
    clock: Clock;
    by: Actor;
    state: RegistryState;
    catchUp: () => void;
  }) {
    this.#log = of.log;
    this.#clock = of.clock;
    this.#by = of.by;
    this.#state = of.state;
    this.#catchUp = of.catchUp;
  }

  write<T>(decide: (draft: Draft) => Decision<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#queue.push({
      decide: (draft) => {
        const { event, answer } = decide(draft);
        return { event, answer: (index) => resolve(answer(index)) };
      },
      fail: reject,
    });
    this.#writing ??= this.#drain();
    return promise;
  }

  /** Resolves when everything asked for so far is written or refused. */
  idle(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  async #drain(): Promise<void> {
    await undefined; // What is asked for in the same turn goes into the same append.
    while (this.#queue.length > 0) {
      const jobs = this.#queue.splice(0, jobCountMax);
      try {
        await this.#writeAll(jobs);
      } catch (error) {
        for (const job of jobs) job.fail(error);
      }
    }
    this.#writing = undefined;
  }

  async #writeAll(jobs: Job[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#catchUp();
      const draft = new Draft(this.#state);
      const { events, answers, leftOver } = this.#decideAll(jobs, draft);
      const from = this.#state.version;
      try {
        if (events.length > 0) await this.#append(events, from);
      } catch (error) {
        if (error instanceof WrongVersion && attempt < attemptCountMax) continue;
        throw error;
      }
      this.#queue.unshift(...jobs.splice(jobs.length - leftOver));
      const indexes = this.#indexesAfter(from, events.length);
      this.#catchUp();
      for (const { nth, answer } of answers) answer(indexes[nth] ?? this.#state.index);
      return;
    }
  }

  #decideAll(
    jobs: readonly Job[],
    draft: Draft,
  ): {
    events: RegistryEvent[];
    answers: { nth: number; answer: (index: number) => void }[];
    leftOver: number;
  } {
    const events: RegistryEvent[] = [];
    const answers: { nth: number; answer: (index: number) => void }[] = [];
    let bytes = 0;
    for (const [at, job] of jobs.entries()) {
      const { event, answer } = job.decide(draft);
      if (event !== undefined) {
        bytes += JSON.stringify(event).length;
        if (bytes > batchBytesMax && events.length > 0)
          return { events, answers, leftOver: jobs.length - at };
        events.push(event);
      }
      answers.push({ nth: event === undefined ? -1 : events.length - 1, answer });
    }
    return { events, answers, leftOver: 0 };
  }

  async #append(events: readonly RegistryEvent[], version: number): Promise<void> {
    const envelope: Envelope = {
      id: this.#clock.id(),
      by: this.#by,
      expect: { [registryStream]: version === 0 ? "none" : version },
      events: events.map((event) => ({ ...event, stream: registryStream })),
    };
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#log.append(envelope);
        return;
      } catch (error) {
        // The same envelope again is written once at most, so an unknown outcome is asked for again.
        if (!(error instanceof Unknown) || attempt >= attemptCountMax) throw error;
      }
    }
  }

  #indexesAfter(version: number, count: number): number[] {
    if (count === 0) return [];
    return this.#log
      .read(registryStream, { from: version + 1, limit: count })
      .map(({ position }) => indexOf(position));
  }
}
