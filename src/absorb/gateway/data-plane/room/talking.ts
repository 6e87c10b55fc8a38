import { DeskOrders, roomsCluster } from "../../../waiting-room/workers/contract.ts";
import type { Desk, Question, Verdict } from "./desk.ts";

/** How often a desk speaks with the hub when nobody waits for it. */
const tickMs = 1_000;
/** After so long without an answer the desk goes on alone, and asks again soon. */
const answerWithinMs = 1_000;
const awayAgainMs = 200;
/** While a hub that is new hears from all workers, newcomers wait for so long at most. */
const settlingMsMax = 3_000;
const settlingAgainMs = 100;
/** So many may wait for the hub's answer at once; the others are told to wait in line. */
const askersMax = 5_000;

/** The part of the bus that a desk needs. */
export type Asks = {
  request(name: string, body: unknown, of: { timeoutMs: number }): Promise<unknown>;
};
type Asker = { question: Question; since: number; settled: (verdict: Verdict) => void };

/** Keeps one desk in touch with the hub: each second, and at once when somebody waits for the answer. */
export class Talking {
  readonly #desk: Desk;
  readonly #bus: Asks;
  readonly #worker: string;
  readonly #ticking: Timer;
  #askers: Asker[] = [];
  #isTalking = false;
  #isOver = false;
  #again: Timer | undefined = undefined;

  constructor(desk: Desk, of: { bus: Asks; worker: string }) {
    this.#desk = desk;
    this.#bus = of.bus;
    this.#worker = of.worker;
    this.#ticking = setInterval(() => void this.talk(), tickMs);
    void this.talk();
  }

  /** Settles a question once the hub has answered, or has not in time. */
  ask(question: Question, settled: (verdict: Verdict) => void): void {
    const now = Date.now();
    if (this.#askers.length >= askersMax) return settled(this.#desk.settle(question, now));
    this.#askers.push({ question, since: now, settled });
    void this.talk();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#ticking);
    clearTimeout(this.#again);
  }

  /** One conversation at a time: whoever comes meanwhile is in the next one. */
  async talk(): Promise<void> {
    if (this.#isTalking) return;
    this.#isTalking = true;
    do await this.#exchange();
    while (this.#desk.isLinked && (this.#mayAskNow || this.#desk.news.hasMore));
    this.#isTalking = false;
  }

  get #mayAskNow(): boolean {
    return this.#askers.length > 0 && this.#again === undefined;
  }

  async #exchange(): Promise<void> {
    const desk = this.#desk;
    const askers = this.#askers;
    this.#askers = [];
    const claims = askers.flatMap(({ question: { claim } }) => (claim ? [claim.id] : []));
    const wanted = askers.length - claims.length;
    const room = desk.picture.id;
    const report = desk.report({ room, worker: this.#worker, wanted, claims });
    try {
      const of = { timeoutMs: answerWithinMs };
      const orders = DeskOrders.parse(await this.#bus.request(roomsCluster.name, report, of));
      desk.obey(orders, Date.now());
      desk.isLinked = true;
    } catch {
      desk.unheard();
      desk.isLinked = false;
      this.#talkIn(awayAgainMs);
    }
    this.#settle(askers, Date.now());
  }

  #settle(askers: readonly Asker[], now: number): void {
    const { isLinked, orders } = this.#desk;
    const isSettling = isLinked && orders?.isSettling === true;
    for (const asker of askers) {
      const mayWait = now - asker.since < settlingMsMax;
      if (isSettling && mayWait) this.#askers.push(asker);
      else asker.settled(this.#desk.settle(asker.question, now));
    }
    if (isSettling && this.#askers.length > 0) this.#talkIn(settlingAgainMs);
  }

  #talkIn(ms: number): void {
    if (this.#isOver) return;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      void this.talk();
    }, ms);
  }
}
