/** How long it is remembered that a page cannot be shared (hit-for-miss). */
export const markMs = 120_000;
const marksMax = 20_000;

/** Pages whose last answer could not be shared: nobody waits for somebody else's copy of them. */
export class Marks {
  readonly #until = new Map<string, number>();

  add(key: string, now: number): void {
    this.#until.delete(key);
    if (this.#until.size >= marksMax) {
      const oldest = this.#until.keys().next().value;
      if (oldest !== undefined) this.#until.delete(oldest);
    }
    this.#until.set(key, now + markMs);
  }

  has(key: string, now: number): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(key);
    return false;
  }

  drop(key: string): void {
    this.#until.delete(key);
  }
}
