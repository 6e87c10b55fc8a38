import type { Audit } from "./contract.ts";

/** So many windows and groups are known, the latest ones. */
const groupsMax = 1_440;
/** Waits are told to a twentieth, which 200 steps cover from a tenth of a second to a day. */
const steps = 200;
const stepRatio = 1.07;
const firstStepMs = 100;

/** How long the people of one window waited: counts by length, so that a group of any size takes little room. */
class Waits {
  readonly #counts = new Uint32Array(steps);
  count = 0;
  maxMs = 0;

  note(ms: number): void {
    this.#add(stepOf(ms), 1);
    this.count++;
    this.maxMs = Math.max(this.maxMs, ms);
  }
  add(other: Waits): void {
    for (let i = 0; i < steps; i++) this.#add(i, other.#counts[i] ?? 0);
    this.count += other.count;
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }
  #add(step: number, count: number): void {
    this.#counts[step] = (this.#counts[step] ?? 0) + count;
  }
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (let i = 0; i < steps; i++) {
      left -= this.#counts[i] ?? 0;
      if (left <= 0) return Math.min(this.maxMs, Math.round(firstStepMs * stepRatio ** i));
    }
    return this.maxMs;
  }
}

const stepOf = (ms: number): number =>
  Math.min(steps - 1, Math.max(0, Math.ceil(Math.log(ms / firstStepMs) / Math.log(stepRatio))));

/** Watches whom a room lets in, apart from how it decides: who overtook whom, and how long people waited. */
export class Fairness {
  #from = 0;
  #inversions = 0;
  #highest = 0;
  /** By the window in which people came. */
  readonly #waits = new Map<number, Waits>();
  /** By the group in which they get in, which is their window or their lot: when somebody of it got in last. */
  readonly #lastAt = new Map<number, number>();

  /** A new account begins. */
  begin(now: number): void {
    this.#from = now;
    this.#inversions = 0;
    this.#highest = 0;
    this.#waits.clear();
    this.#lastAt.clear();
  }

  /** Someone was let in. Out of turn: somebody of a later group got in while they were known to wait. */
  note(of: { group: number; since: number; knownAt: number }, now: number): void {
    if (this.#from === 0) this.#from = now;
    if (of.group < this.#highest && this.#isOvertaken(of)) this.#inversions++;
    this.#highest = Math.max(this.#highest, of.group);
    this.#lastAt.set(of.group, now);
    const waits = this.#waits.get(of.since) ?? new Waits();
    waits.note(now - of.since);
    this.#waits.set(of.since, waits);
    for (const known of [this.#waits, this.#lastAt])
      if (known.size > groupsMax) known.delete(Math.min(...known.keys()));
  }

  #isOvertaken(of: { group: number; knownAt: number }): boolean {
    for (const [group, lastAt] of this.#lastAt)
      if (group > of.group && lastAt > of.knownAt) return true;
    return false;
  }

  audit(room: string): Audit {
    const all = new Waits();
    const windows = [...this.#waits].toSorted(([a], [b]) => a - b);
    for (const [, waits] of windows) all.add(waits);
    return {
      ...{ room, from: this.#from, admitted: all.count, inversions: this.#inversions },
      ...{ p50Ms: all.quantile(0.5), p95Ms: all.quantile(0.95), maxMs: all.maxMs },
      groups: windows.map(([since, waits]) => ({
        ...{ since, admitted: waits.count, maxMs: waits.maxMs },
        ...{ p50Ms: waits.quantile(0.5), p95Ms: waits.quantile(0.95) },
      })),
    };
  }
}
