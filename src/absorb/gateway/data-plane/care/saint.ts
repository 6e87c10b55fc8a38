import type { SaintTarget } from "./settings.ts";

/** What an instance failed to answer of late: a few paths, each for a while (Varnish's saint mode). */
export class SickPaths {
  #until = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#until.size === 0;
  }

  /** `path` is a hash: a collision spares an instance that is well, for a while. */
  mark(path: number, now: number, { forMs, marksMax }: SaintTarget): void {
    this.forget(now);
    if (this.#until.size < marksMax || this.#until.has(path)) this.#until.set(path, now + forMs);
  }

  has(path: number, now: number): boolean {
    const until = this.#until.get(path);
    return until !== undefined && until > now;
  }

  /** Has it so many marks that it should rest altogether? */
  isTired(now: number, { marksMax }: SaintTarget): boolean {
    if (this.#until.size < marksMax) return false;
    this.forget(now);
    return this.#until.size >= marksMax;
  }

  count(now: number): number {
    this.forget(now);
    return this.#until.size;
  }

  /** Called each second: whoever has no marks left costs its requests nothing. */
  forget(now: number): void {
    for (const [path, until] of this.#until) if (until <= now) this.#until.delete(path);
  }
}
