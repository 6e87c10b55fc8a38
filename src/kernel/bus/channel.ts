/** A queue between one producer and one consumer; the producer asks for room by itself, if it must be bounded. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #onTake: (item: T, left: number) => void;
  #over = false;
  #wake: () => void = () => undefined;

  constructor(onTake: (item: T, left: number) => void = () => undefined) {
    this.#onTake = onTake;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    if (this.#over) return;
    this.#items.push(item);
    this.#wake();
  }

  /** No more items; those queued are still delivered, unless they are thrown away. */
  end(of: { discard?: boolean } = {}): void {
    this.#over = true;
    if (of.discard === true) this.#items.length = 0;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const [item] = this.#items.splice(0, 1);
      if (item !== undefined) {
        this.#onTake(item, this.#items.length);
        yield item;
      } else if (this.#over) return;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }
}
