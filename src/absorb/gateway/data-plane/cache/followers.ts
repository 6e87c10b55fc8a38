import type { Exchange } from "../exchange.ts";
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
    this.waiting.delete(exchange);
    this.streaming.add(exchange);
  }

  take(exchange: Exchange): void {
    exchange.caught = notCaught;
    this.waiting.delete(exchange);
    this.streaming.delete(exchange);
    if (exchange === this.initiator) this.initiator = undefined;
  }
}
