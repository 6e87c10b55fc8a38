import type { Change } from "./registry.ts";
import { indexOf, type RegistryState } from "./state.ts";

export type Watched = { index: number; changes: Change[]; reset?: true };

/** Wakes whoever waits for the next change. */
export class Changes {
  #wakers = new Set<() => void>();

  announce(): void {
    const wakers = this.#wakers;
    this.#wakers = new Set();
    for (const wake of wakers) wake();
  }

  next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      signal.removeEventListener("abort", wake);
      this.#wakers.delete(wake);
      resolve();
    };
    signal.addEventListener("abort", wake);
    this.#wakers.add(wake);
    return promise;
  }
}

/** Every change after an index, in order. Nothing is queued for a slow reader: it reads on in the history. */
export async function* watch(
  from: { state: RegistryState; changes: Changes; head: () => number },
  prefix: string,
  of: { after: number; signal: AbortSignal },
): AsyncGenerator<Watched, void> {
  const { state, changes } = from;
  let { after } = of;
  // An index beyond the head was told by another log, before a restore.
  if (after > indexOf(from.head())) after = -1;
  while (!of.signal.aborted) {
    const steps = after < 0 ? undefined : state.history.after(after, prefix);
    if (steps === undefined) {
      after = state.index;
      yield { index: Math.max(1, after), changes: [], reset: true };
      continue;
    }
    const seenUpTo = state.index;
    for (const step of steps) {
      yield step;
      if (of.signal.aborted) return;
    }
    after = Math.max(after, seenUpTo);
    if (state.index === seenUpTo) await changes.next(of.signal);
  }
}
