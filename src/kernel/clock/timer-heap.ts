import type { Millis } from "../contract.ts";

export type Timer = { at: Millis; order: number; call: () => void; taken: boolean };

const before = (a: Timer, b: Timer): boolean => (a.at === b.at ? a.order < b.order : a.at < b.at);

/** Timers by (time, insertion); cancelled ones are skipped when they come up. */
export class TimerHeap {
  readonly #heap: Timer[] = [];
  #order = 0;
  #waiting = 0;

  get size(): number {
    return this.#waiting;
  }

  add(at: Millis, call: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, call, taken: false };
    this.#waiting++;
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  first(): Timer | undefined {
    while (this.#heap[0]?.taken === true) this.#removeFirst();
    return this.#heap[0];
  }

  /** Claims a timer for firing or cancelling; false if someone did before. */
  take(timer: Timer): boolean {
    if (timer.taken) return false;
    timer.taken = true;
    this.#waiting--;
    return true;
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [this.#heap[2 * at + 1], this.#heap[2 * at + 2]];
      if (left === undefined) return;
      const smaller = right !== undefined && before(right, left) ? 2 * at + 2 : 2 * at + 1;
      if (!this.#swapIfBefore(smaller, at)) return;
      at = smaller;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (low === undefined || high === undefined || !before(low, high)) return false;
    this.#heap[parent] = low;
    this.#heap[child] = high;
    return true;
  }
}
