/** How much of what costs us more than the other side is borne: so much at once, and so much per second for ever. */
export class Patience {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #at = 0;

  constructor(of: { burst: number; perSecond: number }) {
    this.#burst = of.burst;
    this.#perMs = of.perSecond / 1_000;
    this.#left = of.burst;
  }

  /** False when it is at an end; `now` is in milliseconds. */
  spend(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs) - 1;
    this.#at = now;
    return this.#left >= 0;
  }
}
