/** Lets one at a time pass for each name, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = before ? before.then(act) : act();
    const quiet = mine.catch(() => undefined);
    this.#last.set(name, quiet);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === quiet) this.#last.delete(name);
    }
  }
}
