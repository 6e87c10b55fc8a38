import { createHmac } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";
import type { AuthFact, FailureReason } from "./auth.ts";

const waitingMax = 1000;
const failureEveryMs = 60_000;
const failureKeysMax = 5000;

type Failures = { saidAt: Millis; unsaid: number };

/** Passes on what happens at the door; keeps what came before anybody listened. */
export class FactOutlet {
  readonly #clock: Clock;
  readonly #key: string;
  readonly #note: (message: string) => void;
  readonly #listeners = new Set<(fact: AuthFact) => void | Promise<void>>();
  readonly #failures = new Map<string, Failures>();
  #waiting: AuthFact[] = [];

  constructor(of: { clock: Clock; key: string; note: (message: string) => void }) {
    this.#clock = of.clock;
    this.#key = of.key;
    this.#note = of.note;
  }

  listen(hear: (fact: AuthFact) => void | Promise<void>): () => void {
    this.#listeners.add(hear);
    const waited = this.#waiting;
    this.#waiting = [];
    for (const fact of waited) void this.emit(fact);
    return () => void this.#listeners.delete(hear);
  }

  /** Resolves when every listener is done. That one fails keeps nobody out of their account. */
  async emit(fact: AuthFact): Promise<void> {
    if (this.#listeners.size === 0) {
      if (this.#waiting.length < waitingMax) this.#waiting.push(fact);
      return;
    }
    for (const hear of this.#listeners) {
      try {
        await hear(fact);
      } catch (error) {
        this.#note(`The fact ${fact.what} was not recorded: ${String(error)}`);
      }
    }
  }

  /** Says a failure at most once a minute for each account, with how many there were since. */
  async emitFailure(account: string, from: string, reason: FailureReason): Promise<void> {
    const key = this.hashed(account);
    const known = this.#failures.get(key) ?? { saidAt: Number.NEGATIVE_INFINITY, unsaid: 0 };
    const count = known.unsaid + 1;
    const now = this.#clock.now();
    const quiet = now - known.saidAt < failureEveryMs;
    this.#failures.delete(key);
    this.#failures.set(key, quiet ? { ...known, unsaid: count } : { saidAt: now, unsaid: 0 });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > failureKeysMax && oldest) this.#failures.delete(oldest);
    if (quiet) return;
    await this.emit({
      what: "sign-in-failed",
      account: key,
      from: this.hashed(from),
      reason,
      count,
    });
  }

  /** The same for the same text here; nothing to anyone without the key. */
  hashed(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex").slice(0, 16);
  }
}
