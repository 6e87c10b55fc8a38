import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";

/** A code is accepted for its own half minute and the ones beside it. */
const codeLifeMs = 120_000;

/** One-time codes that were used or are being checked now: none is good twice (RFC 6238 §5.2). */
export class UsedCodes {
  readonly #clock: Clock;
  readonly #until = new Map<string, Millis>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when it is taken. */
  take(person: string, code: string): boolean {
    const now = this.#clock.now();
    for (const [key, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(key);
    }
    const key = `${person} ${code}`;
    if (this.#until.has(key)) return false;
    this.#until.set(key, now + codeLifeMs);
    return true;
  }

  /** It was not good: it may be tried again. */
  forget(person: string, code: string): void {
    this.#until.delete(`${person} ${code}`);
  }
}
