import type { Millis } from "../contract.ts";
import type { Clock } from "../clock/clock.ts";
import { type Bus, NoAnswer, NobodyServes, RemoteError } from "./bus.ts";
import { Channel } from "./channel.ts";
import type { Reply, Send, ToHub } from "./frames.ts";

type Asked = { hear: (reply: Reply) => void; abandon: (why: string) => void };
type Question = { name: string; body: unknown; all: boolean };
type Answer = { from: string; body: unknown };

/** The questions an endpoint waits on. Each ends exactly once: answered, failed, out of time, or given up. */
export class Calls {
  readonly #clock: Clock;
  readonly #send: Send<ToHub>;
  readonly #waiting = new Map<number, Asked>();
  #count = 0;

  constructor(clock: Clock, send: Send<ToHub>) {
    this.#clock = clock;
    this.#send = send;
  }

  request(name: string, body: unknown, of: Parameters<Bus["request"]>[2]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { signal } = of;
    if (signal?.aborted === true) return Promise.reject(new NoAnswer(`${name}: given up`));
    const giveUp = (): void => fail(new NoAnswer(`${name}: given up`));
    const end = this.#ask({ name, body, all: false }, of.timeoutMs, {
      hear: (reply) => {
        if (reply.t === "answer") succeed(reply.body);
        else if (reply.t === "fail") fail(new RemoteError(reply.why));
        else if (reply.t === "lost") fail(new NoAnswer(`${name}: ${reply.from} left`));
        else if (reply.count === 0) fail(new NobodyServes(`Nobody serves ${name}.`));
      },
      abandon: (why) => fail(new NoAnswer(`${name}: ${why}`)),
    });
    const succeed = (answer: unknown): void => (finish(), resolve(answer));
    const fail = (error: Error): void => (finish(), reject(error));
    const finish = (): void => {
      end();
      signal?.removeEventListener("abort", giveUp);
    };
    signal?.addEventListener("abort", giveUp);
    return promise;
  }

  gather(
    name: string,
    body: unknown,
    of: { timeoutMs: Millis; max?: number },
    linked: boolean,
  ): AsyncIterable<Answer> {
    const answers = new Channel<Answer>();
    if (!linked) {
      answers.end();
      return answers;
    }
    let left = Number.POSITIVE_INFINITY; // Until the hub says how many were asked.
    let room = of.max ?? Number.POSITIVE_INFINITY;
    const finish = (): void => (end(), answers.end());
    const end = this.#ask({ name, body, all: true }, of.timeoutMs, {
      hear: (reply) => {
        if (reply.t === "asked") left = reply.count;
        else left--;
        if (reply.t === "answer") {
          answers.push({ from: reply.from, body: reply.body });
          room--;
        }
        if (left <= 0 || room <= 0) finish();
      },
      abandon: finish,
    });
    return answers;
  }

  receive(reply: Reply): void {
    this.#waiting.get(reply.id)?.hear(reply);
  }

  abandon(why: string): void {
    for (const asked of [...this.#waiting.values()]) asked.abandon(why);
  }

  /** Sends the question and starts its time; returns how to stop waiting. */
  #ask(question: Question, timeoutMs: Millis, asked: Asked): () => void {
    const id = ++this.#count;
    this.#waiting.set(id, asked);
    const stopTimer = this.#clock.at(this.#clock.now() + timeoutMs, () =>
      asked.abandon(`no answer within ${timeoutMs} ms`),
    );
    const end = (): void => {
      stopTimer();
      this.#waiting.delete(id);
    };
    try {
      const sent = this.#send({ head: { t: "ask", id, ...question } });
      if (!sent) queueMicrotask(() => asked.abandon("the bus is too busy to take it"));
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }
}
