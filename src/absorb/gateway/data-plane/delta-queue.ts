import type { Delta } from "#kernel";

/** Ten minutes of one delta a second: what a worker remembers while control is away. */
const deltasKeptMax = 600;

/** Deltas on their way to control, kept in order while it is away; the oldest go first when it stays away. */
export class DeltaQueue {
  dropped = 0;
  #waiting: Delta[] = [];
  readonly #send: (delta: Delta) => boolean;

  /** `send` answers false when nobody is there to hear. */
  constructor(send: (delta: Delta) => boolean) {
    this.#send = send;
  }

  add(delta: Delta): void {
    if (delta.series.length > 0) this.#waiting.push(delta);
    if (this.#waiting.length > deltasKeptMax) {
      this.#waiting.shift();
      this.dropped++;
    }
    this.flush();
  }

  flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (!this.#send(first)) return;
      this.#waiting.shift();
    }
  }
}
