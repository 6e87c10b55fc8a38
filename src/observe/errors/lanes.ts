/**
 * Lets so many of one lane go at once and so many more wait, however full the other lanes are: who floods an inbox fills a lane.
 */
export class Lanes<K> {
  readonly #lanes = new Map<K, { going: number; waiting: (() => void)[] }>();
  readonly #goingMax: number;
  readonly #waitingMax: number;

  constructor(of: { goingMax: number; waitingMax: number }) {
    this.#goingMax = of.goingMax;
    this.#waitingMax = of.waitingMax;
  }

  /** Nothing when too many wait already. */
  async through<T>(key: K, work: () => Promise<T>): Promise<T | undefined> {
    const lane = this.#lanes.get(key) ?? { going: 0, waiting: [] };
    this.#lanes.set(key, lane);
    if (lane.going < this.#goingMax) lane.going++;
    else if (lane.waiting.length >= this.#waitingMax) return undefined;
    // Whoever ends hands its place on.
    else await new Promise<void>((go) => lane.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.going === 0) this.#lanes.delete(key);
    }
  }
}
