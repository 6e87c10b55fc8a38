import type { Change } from "./registry.ts";

export const historyChangesMax = 10_000;

type Step = { index: number; changes: Change[] };

/** The latest changes, for whoever watches; older ones are forgotten, and a watcher that needs them is told. */
export class History {
  readonly #max: number;
  readonly #steps: Step[] = [];
  #count = 0;
  /** The index of the newest step that is forgotten. */
  #forgotten = 0;

  constructor(changesMax: number) {
    this.#max = changesMax;
  }

  add(index: number, changes: Change[]): void {
    this.#steps.push({ index, changes });
    this.#count += changes.length;
    let gone = 0;
    // Forgotten in bulk: taking from the front of an array one by one is slow.
    while (this.#count > this.#max * 1.25 || (gone > 0 && this.#count > this.#max)) {
      const step = this.#steps[gone++];
      this.#count -= step?.changes.length ?? 0;
      this.#forgotten = step?.index ?? this.#forgotten;
    }
    this.#steps.splice(0, gone);
  }

  /** Every step after an index with a change under the prefix, in order; undefined when some are forgotten. */
  after(index: number, prefix: string): Step[] | undefined {
    if (index < this.#forgotten) return undefined;
    return this.#steps.slice(this.#firstAfter(index)).flatMap((step) => {
      const changes = step.changes.filter(({ key }) => key.startsWith(prefix));
      return changes.length > 0 ? [{ index: step.index, changes }] : [];
    });
  }

  /** The index of the last change under a prefix; never 0, and never too small. */
  lastIndex(prefix: string): number {
    const last = this.#steps.findLast(({ changes }) =>
      changes.some(({ key }) => key.startsWith(prefix)),
    );
    return Math.max(1, last?.index ?? this.#forgotten);
  }

  #firstAfter(index: number): number {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#steps[middle] as Step).index <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
