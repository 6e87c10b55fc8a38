import { inOrder, keyOf, latencyBits, latencyMask, oneRight } from "./in-order.ts";
import { everybody, type Share, slotsOf } from "./share.ts";

/** A participant's place: `rank` counts from 1, and those who are equal in both figures share it. */
export type Standing = { index: number; rank: number; right: number; latencyMs: number };

type Candidate = { key: number; slot: number };
const byKey = (a: Candidate, b: Candidate): number => a.key - b.key || a.slot - b.slot;

/** Participants whose best one is remembered: few enough to look through, and as many blocks as fit a cache. */
const blockBits = 10;

/**
 * How many answers of each participant were right (8 bits), and how long those took together (24 bits of milliseconds, which
 * the shape of a show makes enough): four bytes each, one place in memory. Equal figures share a rank: order of arrival would
 * let the network decide.
 */
export class Standings {
  scores: Uint32Array;
  /** The best key in each block. Another right answer only ever betters a key, so it never has to be looked for again. */
  private best: Uint32Array;
  /** Of scores; what was put in order before the last one is of no use. */
  changes = 0;
  isForgotten = false;
  private order: Order | undefined;

  private readonly share: Share;

  constructor(participantsMax: number, share = everybody) {
    this.share = share;
    this.scores = new Uint32Array(slotsOf(share, participantsMax));
    this.best = new Uint32Array((this.scores.length >>> blockBits) + 1).fill(keyOf(0));
  }

  /** Another right answer of who has this slot. */
  score(slot: number, latencyMs: number): void {
    const score = (this.scores[slot] as number) + oneRight + latencyMs;
    this.scores[slot] = score;
    const block = slot >>> blockBits;
    const key = keyOf(score);
    if (key < (this.best[block] as number)) this.best[block] = key;
    this.changes++;
  }

  /** Lets go of everybody: there is no place any more, and there will be none. */
  forget(): void {
    this.scores = new Uint32Array(0);
    this.best = new Uint32Array(0);
    this.isForgotten = true;
    this.changes++;
  }

  /** Takes over what was kept in a checkpoint. */
  restore(bytes: Uint8Array): void {
    new Uint8Array(this.scores.buffer).set(bytes);
    const { scores, best } = this;
    best.fill(keyOf(0));
    for (let slot = 0; slot < scores.length; slot++) {
      const key = keyOf(scores[slot] as number);
      if (key < (best[slot >>> blockBits] as number)) best[slot >>> blockBits] = key;
    }
    this.changes++;
  }

  private standing(slot: number, rank: number): Standing {
    const score = this.scores[slot] as number;
    const index = slot * this.share.nodes + this.share.node;
    return { index, rank, right: score >>> latencyBits, latencyMs: score & latencyMask };
  }

  /** The first `count` in order; among equals the lower index is listed first, with the same rank. */
  top(count: number): Standing[] {
    const found: Candidate[] = [];
    // So many blocks hold somebody at least as good as this: who is not, is not among the first.
    let bound = this.best.toSorted()[count - 1] ?? keyOf(0);
    bound = Math.min(bound + 1, keyOf(0));
    for (const [block, best] of this.best.entries()) {
      if (best >= bound) continue;
      this.candidates(block, bound, found);
      // Sorting now and then, not at each candidate, keeps a scan of descending keys linear.
      if (found.length < count * 2 + 64) continue;
      found.sort(byKey).length = count;
      bound = found[count - 1]?.key ?? bound;
    }
    const first = found.sort(byKey).slice(0, count);
    return first.map(({ key, slot }) =>
      this.standing(slot, 1 + first.findIndex((each) => each.key === key)),
    );
  }

  /** Those in a block whose keys are below the bound. */
  private candidates(block: number, bound: number, into: Candidate[]): void {
    const { scores } = this;
    const end = Math.min(scores.length, (block + 1) << blockBits);
    for (let slot = block << blockBits; slot < end; slot++) {
      const key = keyOf(scores[slot] as number);
      if (key < bound) into.push({ key, slot });
    }
  }

  /** One participant's place among all with a right answer; nothing for one who has none. */
  rank(index: number): Standing | undefined {
    const slot = (index - this.share.node) / this.share.nodes;
    const score = this.scores[slot] ?? 0;
    return score < oneRight ? undefined : this.standing(slot, 1 + this.before(keyOf(score)));
  }

  /** How many have more right answers than that, or as many in less time. */
  better(right: number, latencyMs: number): number {
    return this.before(keyOf(right * oneRight + latencyMs));
  }

  /** Puts all in order, a little at each call, so that nobody waits meanwhile; true once it is done. Ranks are at once then. */
  prepare(): boolean {
    if (this.order?.changes !== this.changes)
      this.order = { changes: this.changes, steps: inOrder(this.scores), keys: undefined };
    const { order } = this;
    if (order.keys) return true;
    const { done, value } = order.steps.next();
    if (done) order.keys = value;
    return done === true;
  }

  private before(key: number): number {
    while (!this.prepare());
    const keys = this.order?.keys ?? new Uint32Array(0);
    let from = 0;
    let to = keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((keys[middle] as number) < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The keys of all who have a right answer, in order, once the steps are done. */
type Order = {
  changes: number;
  steps: Iterator<undefined, Uint32Array>;
  keys: Uint32Array | undefined;
};
