import type { World } from "./fetching.ts";

const pauseMsMax = 30_000;
const firstPauseMs = 1_000;
/** So many files may come in the time of one page. */
const filesPerPage = 4;
/** So many in a row say that the origin is not well. */
export const failuresMax = 5;

/** How fast a snapshot is taken: no faster than told, never more than half of the time of a slow origin, slower when it fails. */
export class Pace {
  readonly #world: World;
  readonly #everyMs: number;
  #nextAt = 0;
  #failures = 0;

  constructor(world: World, perSecond: number) {
    this.#world = world;
    this.#everyMs = 1_000 / perSecond;
  }

  get isSick(): boolean {
    return this.#failures >= failuresMax;
  }

  async turn(): Promise<void> {
    const waitMs = this.#nextAt - this.#world.now();
    if (waitMs > 0) await this.#world.sleep(waitMs);
  }

  /** A file costs an origin little: it is read from its disk, where a page is made. */
  answered(tookMs: number, isFile: boolean): void {
    this.#failures = 0;
    const everyMs = isFile ? this.#everyMs / filesPerPage : this.#everyMs;
    this.#nextAt = this.#world.now() + Math.max(everyMs - tookMs, tookMs);
  }

  failed(): void {
    this.#failures++;
    const pauseMs = Math.min(pauseMsMax, firstPauseMs * 2 ** (this.#failures - 1));
    this.#nextAt = this.#world.now() + pauseMs;
  }
}
