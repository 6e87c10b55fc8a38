/** A participant's place: `rank` counts from 1, and those who are equal in both figures share it. */
export type Standing = { index: number; rank: number; right: number; latencyMs: number };

const latencyBits = 24;
const latencyCount = 2 ** latencyBits;
/** Smaller is better: 8 bits of right answers above 24 of time. */
const keyOf = (right: number, latencyMs: number): number =>
  (255 - right) * latencyCount + latencyMs;
const byKey = (a: Candidate, b: Candidate): number => a.key - b.key || a.index - b.index;
type Candidate = { key: number; index: number };

/**
 * How many answers of each participant were right, and how long those took together: five bytes each. More right answers
 * come first, then less time. Equal figures share a rank: order of arrival would let the network decide.
 */
export class Standings {
  readonly right: Uint8Array;
  readonly latencyMs: Uint32Array;
  /** The keys of all who have a right answer, in order; made when first asked for after a change. */
  private sorted: Uint32Array | undefined;

  constructor(participants: number) {
    this.right = new Uint8Array(participants);
    this.latencyMs = new Uint32Array(participants);
  }

  score(index: number, latencyMs: number): void {
    this.right[index] = (this.right[index] as number) + 1;
    this.latencyMs[index] = (this.latencyMs[index] as number) + latencyMs;
    this.sorted = undefined;
  }

  private key(index: number): number {
    return keyOf(this.right[index] as number, this.latencyMs[index] as number);
  }

  /** The first `count` in order; among equals the lower index is listed first, with the same rank. */
  top(count: number): Standing[] {
    const best: Candidate[] = [];
    let bound = Number.POSITIVE_INFINITY;
    const { right } = this;
    let least = 1;
    for (let index = 0; index < right.length; index++) {
      if ((right[index] as number) < least) continue;
      const key = this.key(index);
      if (key >= bound) continue;
      best.push({ key, index });
      // Sorting now and then, not at each candidate, keeps a scan of descending keys linear.
      if (best.length < count * 2 + 64) continue;
      best.sort(byKey).length = count;
      bound = best[count - 1]?.key ?? bound;
      least = 255 - Math.floor(bound / latencyCount);
    }
    const first = best.sort(byKey).slice(0, count);
    return first.map(({ key, index }) => ({
      index,
      rank: 1 + first.findIndex((each) => each.key === key),
      right: this.right[index] as number,
      latencyMs: this.latencyMs[index] as number,
    }));
  }

  /** One participant's place among all with a right answer; nothing for one who has none. */
  rank(index: number): Standing | undefined {
    const right = this.right[index] ?? 0;
    if (right === 0) return undefined;
    const latencyMs = this.latencyMs[index] as number;
    return { index, rank: 1 + this.better(right, latencyMs), right, latencyMs };
  }

  /** How many have more right answers than that, or as many in less time. */
  better(right: number, latencyMs: number): number {
    this.sorted ??= this.sort();
    const key = keyOf(right, latencyMs);
    let from = 0;
    let to = this.sorted.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.sorted[middle] as number) < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private sort(): Uint32Array {
    let count = 0;
    for (const right of this.right) if (right > 0) count++;
    const keys = new Uint32Array(count);
    for (let index = 0, at = 0; index < this.right.length; index++)
      if ((this.right[index] as number) > 0) keys[at++] = this.key(index);
    return keys.sort();
  }
}
