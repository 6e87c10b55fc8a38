import type { Outpost } from "#kernel";
import type { Picture } from "./picture.ts";

const waitMsMax = 2_000;

/** The latest picture that control gave. */
export class Pictured {
  readonly #clock: Outpost["clock"];
  readonly #waiting = new Set<() => void>();
  now: Picture | undefined;

  constructor(clock: Outpost["clock"]) {
    this.#clock = clock;
  }

  set(next: Picture): void {
    this.now = next;
    for (const each of this.#waiting) each();
  }

  /** The picture once it knows so many changes of silences; after two seconds the one there is. */
  async with(silenceTurns: number): Promise<Picture | undefined> {
    const endsAt = this.#clock.now() + waitMsMax;
    while ((this.now?.silenceTurns ?? -1) < silenceTurns && this.#clock.now() < endsAt) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const cancel = this.#clock.at(endsAt, resolve);
      await promise;
      cancel();
      this.#waiting.delete(resolve);
    }
    return this.now;
  }
}
