const againMs = 50;

/** What is on its way to control, sent in order until it is answered; the oldest goes first when control stays away. */
export class SendQueue<T> {
  dropped = 0;
  readonly #waiting: T[] = [];
  readonly #keptMax: number;
  readonly #send: (message: T) => Promise<boolean>;
  #sending: Promise<void> | undefined;

  /** `send` resolves with whether it arrived; what did not is kept and sent again. */
  constructor(keptMax: number, send: (message: T) => Promise<boolean>) {
    this.#keptMax = keptMax;
    this.#send = send;
  }

  add(message: T): void {
    this.#waiting.push(message);
    if (this.#waiting.length > this.#keptMax) {
      this.#waiting.shift();
      this.dropped++;
    }
  }

  /** Sends until nothing waits or something did not arrive. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** Sends again and again until nothing waits, or until so many milliseconds have passed. */
  async empty(withinMs: number): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    while (this.#waiting.length > 0 && performance.now() < giveUpAt) {
      await Promise.race([this.flush(), Bun.sleep(withinMs)]);
      if (this.#waiting.length > 0) await Bun.sleep(againMs);
    }
  }

  async #sendAll(): Promise<void> {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (!(await this.#send(first))) return;
      // It may have been dropped meanwhile, to make room.
      if (this.#waiting[0] === first) this.#waiting.shift();
    }
  }
}
