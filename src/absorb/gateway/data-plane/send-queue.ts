/** What is on its way to control, kept in order while it is away; the oldest goes first when it stays away. */
export class SendQueue<T> {
  dropped = 0;
  readonly #waiting: T[] = [];
  readonly #keptMax: number;
  readonly #send: (message: T) => boolean;

  /** `send` answers false when nobody is there to hear. */
  constructor(keptMax: number, send: (message: T) => boolean) {
    this.#keptMax = keptMax;
    this.#send = send;
  }

  add(message: T): void {
    this.#waiting.push(message);
    if (this.#waiting.length > this.#keptMax) {
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
