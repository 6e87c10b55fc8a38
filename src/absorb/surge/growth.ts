import type { CounterDef, Labels, Read } from "#kernel";

const slotMs = 10_000;
/** Workers hand in what they counted a little late: so many slots are looked at anew. */
const slotsLookedAt = 3;

export type Grown = { labels: Labels; n: number };

/** By how much sums have grown since they were last looked at: figures of one second from counters of ten. */
export class Growth {
  readonly #of: CounterDef;
  readonly #by: readonly string[];
  #seen = new Map<string, number>();
  #isNew = true;

  constructor(of: CounterDef, by: readonly string[]) {
    this.#of = of;
    this.#by = by;
  }

  /** The first look only remembers: what was counted before is nobody's present. */
  take(counters: Read["counters"], at: number): Grown[] {
    const last = Math.floor(at / slotMs) * slotMs;
    const from = last - (slotsLookedAt - 1) * slotMs;
    const range = { from, to: last + slotMs, step: "10s" } as const;
    const seen = new Map<string, number>();
    const grown = counters.sum(this.#of, range, { by: this.#by }).map(({ labels, points }) => {
      let n = 0;
      for (const [i, point] of points.entries()) {
        const key = `${from + i * slotMs} ${JSON.stringify(labels)}`;
        const before = this.#seen.get(key) ?? 0;
        seen.set(key, point ?? 0);
        n += Math.max(0, (point ?? 0) - before);
      }
      return { labels, n };
    });
    this.#seen = seen;
    const isFirst = this.#isNew;
    this.#isNew = false;
    return isFirst ? [] : grown.filter(({ n }) => n > 0);
  }
}
