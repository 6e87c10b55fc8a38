/** What one caller took that other workers have not heard of. */
export type Taken = { key: string; count: number };

/** So many callers are remembered; whoever was quiet longest is forgotten first, as if they had never come. */
export const callersMax = 50_000;
/** So many callers are told to the other workers at a time; the rest follows the next time. */
const toldMax = 500;

/**
 * Token buckets by key, kept as one number each: until when what a caller took is not yet refilled. Full buckets hold nothing
 * that is worth remembering, so a forgotten caller is a new one.
 */
export class Buckets {
  readonly #everyMs: number;
  readonly #roomMs: number;
  readonly #busyUntil = new Map<string, number>();
  readonly #untold = new Map<string, number>();
  /** Who is near their limit, and so worth telling of. */
  readonly #near = new Set<string>();

  constructor(of: { everyMs: number; burst: number }) {
    this.#everyMs = of.everyMs;
    this.#roomMs = (of.burst - 1) * of.everyMs;
  }

  get size(): number {
    return this.#busyUntil.size;
  }

  /** Takes one token: 0, or in how many milliseconds there will be one. */
  take(key: string, now: number): number {
    const levelMs = this.#levelMs(key, now);
    if (levelMs > this.#roomMs) return levelMs - this.#roomMs;
    this.#fill(key, 1, now);
    this.#untold.set(key, levelMs === 0 ? 1 : (this.#untold.get(key) ?? 0) + 1);
    if (levelMs + this.#everyMs > this.#roomMs / 2) this.#near.add(key);
    return 0;
  }

  /** What callers took here since the last time, of those who are near their limit: nobody else needs to know of the others. */
  tell(now: number): Taken[] {
    const told: Taken[] = [];
    for (const key of this.#near) {
      if (told.length >= toldMax) break;
      this.#near.delete(key);
      const count = this.#untold.get(key);
      this.#untold.delete(key);
      if (count !== undefined && this.#levelMs(key, now) > 0) told.push({ key, count });
    }
    return told;
  }

  /** What callers took at another worker. */
  hear(taken: readonly Taken[], now: number): void {
    for (const { key, count } of taken) this.#fill(key, count, now);
  }

  #levelMs(key: string, now: number): number {
    return Math.max(0, (this.#busyUntil.get(key) ?? 0) - now);
  }

  #fill(key: string, count: number, now: number): void {
    const until = now + this.#levelMs(key, now) + count * this.#everyMs;
    // Set anew, so that the map's order is the order of the last visit.
    this.#busyUntil.delete(key);
    this.#busyUntil.set(key, until);
    if (this.#busyUntil.size <= callersMax) return;
    for (const oldest of this.#busyUntil.keys()) {
      this.#busyUntil.delete(oldest);
      this.#untold.delete(oldest);
      this.#near.delete(oldest);
      break;
    }
  }
}
