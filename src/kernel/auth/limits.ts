import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";

/** At most `countMax` attempts at once, and that many again per window. */
export type AttemptLimit = { countMax: number; windowMs: Millis };

const keysMax = 20_000;

/** Counts attempts by key in leaky buckets. Kept in memory: a restart forgives. */
export class Attempts {
  readonly #clock: Clock;
  readonly #limit: AttemptLimit;
  /** When each key's bucket will be empty again; the oldest key first. */
  readonly #emptyAt = new Map<string, Millis>();

  constructor(clock: Clock, limit: AttemptLimit) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get #costMs(): Millis {
    return this.#limit.windowMs / this.#limit.countMax;
  }

  /** How long the key must wait; 0 when it may try now. */
  waitMs(key: string): Millis {
    const filledMs = (this.#emptyAt.get(key) ?? 0) - this.#clock.now();
    return Math.max(0, filledMs + this.#costMs - this.#limit.windowMs);
  }

  /** Counts one attempt. */
  charge(key: string): void {
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? 0, this.#clock.now()) + this.#costMs;
    this.#emptyAt.delete(key);
    this.#emptyAt.set(key, emptyAt);
    if (this.#emptyAt.size > keysMax) this.#makeRoom();
  }

  /** Takes an attempt back: it was a good one. */
  refund(key: string): void {
    const emptyAt = this.#emptyAt.get(key);
    if (emptyAt !== undefined) this.#emptyAt.set(key, emptyAt - this.#costMs);
  }

  #makeRoom(): void {
    const now = this.#clock.now();
    for (const [key, emptyAt] of this.#emptyAt) if (emptyAt <= now) this.#emptyAt.delete(key);
    for (const key of this.#emptyAt.keys()) {
      if (this.#emptyAt.size <= keysMax) return;
      this.#emptyAt.delete(key);
    }
  }
}

/** Several limits at once: an attempt counts on all of its keys, and any full one refuses it. */
export type Attempt = readonly (readonly [Attempts, key: string])[];

export const waitMsOf = (attempt: Attempt): Millis =>
  Math.max(0, ...attempt.map(([limit, key]) => limit.waitMs(key)));
export const charge = (attempt: Attempt): void => {
  for (const [limit, key] of attempt) limit.charge(key);
};
export const refund = (attempt: Attempt): void => {
  for (const [limit, key] of attempt) limit.refund(key);
};
