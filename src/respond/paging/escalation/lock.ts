/** Lets one at a time pass for each name. Control is one process, so what it decides in turn is decided on what is true. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(act, act);
    const quiet = mine.catch(() => undefined);
    this.#last.set(name, quiet);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === quiet) this.#last.delete(name);
    }
  }
}
