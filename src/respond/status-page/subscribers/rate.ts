import type { Millis } from "#kernel";

const perNetworkMax = 6;
const allMax = 300;
const windowMs = 10 * 60_000;

/** How often somebody may ask to be told: a few times from one place, and so many from all. */
export class Rate {
  #began: Millis = 0;
  #all = 0;
  readonly #by = new Map<string, number>();

  /** True where this one more is too often. */
  isTooOften(network: string, now: Millis): boolean {
    if (now - this.#began >= windowMs) {
      this.#began = now;
      this.#all = 0;
      this.#by.clear();
    }
    const before = this.#by.get(network) ?? 0;
    if (before >= perNetworkMax || this.#all >= allMax) return true;
    this.#by.set(network, before + 1);
    this.#all++;
    return false;
  }
}
