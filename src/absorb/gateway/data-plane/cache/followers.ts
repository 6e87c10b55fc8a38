import type { Exchange } from "../exchange.ts";
import { isOutOfTime } from "../origin/patience.ts";
import { type Caught, notCaught } from "./catcher.ts";

/** Those who wait for one fetch ask on their own after this time. */
export const waitMsMax = 5_000;

/** The exchanges that one fetch is for: who asked first, who waits for the head, who gets the body as it comes. */
export class Followers {
  /** Whose request went out; undefined when nobody's did, or when they have left. */
  initiator: Exchange | undefined;
  readonly waiting = new Set<Exchange>();
  readonly streaming = new Set<Exchange>();
  readonly #caught: Caught;
  #patience: Timer | undefined = undefined;
  /** Those who said that they wait less long than the fetch may take. */
  readonly #impatient = new Map<Exchange, Timer>();

  constructor(flight: NonNullable<Caught["flight"]>, initiator: Exchange | undefined) {
    this.#caught = { flight };
    this.initiator = initiator;
    if (initiator !== undefined) this.#add(initiator);
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0 && this.streaming.size === 0;
  }

  isInitiator(exchange: Exchange): boolean {
    return exchange === this.initiator;
  }

  #add(exchange: Exchange): void {
    exchange.caught = this.#caught;
    this.waiting.add(exchange);
    const { head, lane, dueAt } = exchange;
    if (head.patienceMs === 0 || head.patienceMs >= lane.route.timeouts.responseHeaderMs) return;
    const leftMs = Math.max(0, Math.ceil(dueAt - performance.now()));
    this.#impatient.set(
      exchange,
      setTimeout(() => isOutOfTime(exchange), leftMs + 1),
    );
  }

  #isPatientNow(exchange: Exchange): void {
    clearTimeout(this.#impatient.get(exchange));
    this.#impatient.delete(exchange);
  }

  /** From the first that joins on, time runs. */
  join(exchange: Exchange, tooSlow: () => void): void {
    this.#add(exchange);
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined;
      tooSlow();
    }, waitMsMax);
  }

  /** The head has come, or nothing will. */
  loseNoPatience(): void {
    clearTimeout(this.#patience);
  }

  begun(exchange: Exchange): void {
    this.#isPatientNow(exchange);
    this.waiting.delete(exchange);
    this.streaming.add(exchange);
  }

  take(exchange: Exchange): void {
    this.#isPatientNow(exchange);
    exchange.caught = notCaught;
    this.waiting.delete(exchange);
    this.streaming.delete(exchange);
    if (exchange === this.initiator) this.initiator = undefined;
  }
}
