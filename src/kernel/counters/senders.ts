/** Numbers above the highest one before which nothing is missing; beyond this many, what is missing is given up. */
const aheadMax = 256;

/** What came from one sender: everything up to `upTo`, and some numbers beyond. */
type Seen = { upTo: number; ahead: Set<number> };

/** Remembers which deltas were merged, so that one sent twice counts once, whatever order they come in. */
export class Senders {
  readonly #seen = new Map<string, Seen>();
  readonly #changed = new Set<string>();

  constructor(saved: Iterable<readonly [from: string, seen: string]>) {
    for (const [from, text] of saved) {
      const { upTo, ahead } = JSON.parse(text) as { upTo: number; ahead: number[] };
      this.#seen.set(from, { upTo, ahead: new Set(ahead) });
    }
  }

  has(from: string, seq: number): boolean {
    const seen = this.#seen.get(from);
    return seen !== undefined && (seq <= seen.upTo || seen.ahead.has(seq));
  }

  note(from: string, seq: number): void {
    const seen = this.#seen.get(from) ?? { upTo: 0, ahead: new Set() };
    this.#seen.set(from, seen);
    this.#changed.add(from);
    seen.ahead.add(seq);
    if (seen.ahead.size > aheadMax) seen.upTo = Math.min(...seen.ahead) - 1;
    while (seen.ahead.delete(seen.upTo + 1)) seen.upTo++;
  }

  forget(from: string): void {
    this.#seen.delete(from);
    this.#changed.delete(from);
  }

  /** What changed since the last call to `saved`. */
  *unsaved(): Generator<[from: string, seen: string]> {
    for (const from of this.#changed) {
      const seen = this.#seen.get(from);
      if (seen) yield [from, JSON.stringify({ upTo: seen.upTo, ahead: [...seen.ahead] })];
    }
  }

  saved(): void {
    this.#changed.clear();
  }
}
