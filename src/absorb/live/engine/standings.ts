/** A participant's place: `rank` counts from 1, and those who are equal in both figures share it. */
export type Standing = { index: number; rank: number; right: number; latencyMs: number };

const latencyBits = 24;
const latencyMask = 2 ** latencyBits - 1;
const oneRight = 2 ** latencyBits;

/** Smaller is better: turning round the upper byte puts more right answers first, and less time before more. */
const keyOf = (score: number): number => (score ^ 0xff00_0000) >>> 0;

type Candidate = { key: number; index: number };
const byKey = (a: Candidate, b: Candidate): number => a.key - b.key || a.index - b.index;

/**
 * How many answers of each participant were right (8 bits), and how long those took together (24 bits of milliseconds, which
 * the shape of a show makes enough): four bytes each, one place in memory. Equal figures share a rank: order of arrival would
 * let the network decide.
 */
export class Standings {
  readonly scores: Uint32Array;
  /** The keys of all who have a right answer, in order; made when first asked for after a change. */
  private sorted: Uint32Array | undefined;

  constructor(participants: number) {
    this.scores = new Uint32Array(participants);
  }

  score(index: number, latencyMs: number): void {
    this.scores[index] = (this.scores[index] as number) + oneRight + latencyMs;
    this.sorted = undefined;
  }

  private standing(index: number, rank: number): Standing {
    const score = this.scores[index] as number;
    return { index, rank, right: score >>> latencyBits, latencyMs: score & latencyMask };
  }

  /** The first `count` in order; among equals the lower index is listed first, with the same rank. */
  top(count: number): Standing[] {
    const best: Candidate[] = [];
    const { scores } = this;
    let bound = keyOf(0);
    for (let index = 0; index < scores.length; index++) {
      const key = keyOf(scores[index] as number);
      if (key >= bound) continue;
      best.push({ key, index });
      // Sorting now and then, not at each candidate, keeps a scan of descending keys linear.
      if (best.length < count * 2 + 64) continue;
      best.sort(byKey).length = count;
      bound = best[count - 1]?.key ?? bound;
    }
    const first = best.sort(byKey).slice(0, count);
    return first.map(({ key, index }) =>
      this.standing(index, 1 + first.findIndex((each) => each.key === key)),
    );
  }

  /** One participant's place among all with a right answer; nothing for one who has none. */
  rank(index: number): Standing | undefined {
    const score = this.scores[index] ?? 0;
    return score < oneRight ? undefined : this.standing(index, 1 + this.before(keyOf(score)));
  }

  /** How many have more right answers than that, or as many in less time. */
  better(right: number, latencyMs: number): number {
    return this.before(keyOf(right * oneRight + latencyMs));
  }

  private before(key: number): number {
    this.sorted ??= this.sort();
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
    const { scores } = this;
    let count = 0;
    for (const score of scores) if (score >= oneRight) count++;
    const keys = new Uint32Array(count);
    for (let index = 0, at = 0; index < scores.length; index++)
      if ((scores[index] as number) >= oneRight) keys[at++] = keyOf(scores[index] as number);
    return keys.sort();
  }
}
