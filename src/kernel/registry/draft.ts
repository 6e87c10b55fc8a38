import type { Millis } from "../contract.ts";
import type { Fact } from "./events.ts";
import type { Entry, Session } from "./registry.ts";
import { entryAfter, type Known } from "./state.ts";

/** The index of what is decided and not yet written: no condition on an index can hold for it. */
export const pendingIndex = -1;

/** What will be known when the decisions so far are written: changes on top of what is known now. */
export class Draft implements Known {
  readonly #base: Known;
  readonly #entries = new Map<string, Entry | undefined>();
  readonly #ended = new Set<string>();
  readonly #lockableAt = new Map<string, Millis>();

  constructor(base: Known) {
    this.#base = base;
  }

  get(key: string): Entry | undefined {
    return this.#entries.has(key) ? this.#entries.get(key) : this.#base.get(key);
  }

  under(prefix: string): string[] {
    const keys = new Set(this.#base.under(prefix));
    for (const [key, entry] of this.#entries)
      if (entry === undefined) keys.delete(key);
      else if (key.startsWith(prefix)) keys.add(key);
    return [...keys];
  }

  session(id: string): Session | undefined {
    return this.#ended.has(id) ? undefined : this.#base.session(id);
  }

  heldBy(session: string): string[] {
    const keys = new Set([...this.#base.heldBy(session), ...this.#entries.keys()]);
    return [...keys].filter((key) => this.get(key)?.session === session);
  }

  lockableAt(key: string): Millis {
    return this.#lockableAt.get(key) ?? this.#base.lockableAt(key);
  }

  change(facts: readonly Fact[]): void {
    for (const { key, entry } of facts)
      this.#entries.set(
        key,
        entry === undefined ? undefined : entryAfter(key, this.get(key), entry, pendingIndex),
      );
  }

  endSession(id: string, held: readonly string[], lockableAt: Millis): void {
    this.#ended.add(id);
    for (const key of held) this.#lockableAt.set(key, lockableAt);
  }
}
