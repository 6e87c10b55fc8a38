import type { Mode } from "./contract.ts";
import type { RoomRules } from "./workers/contract.ts";
import { Fairness } from "./fairness.ts";
import { Line, lotCount, lotOf, type Lots } from "./line.ts";

const minuteMs = 60_000;
/** How long a worker may keep what it was lent. */
export const lentForMs = 1_000;
/** Passes that were used are known for so many people, the latest ones. */
const spentMax = 500_000;

/** What holds at a time. */
export type Terms = {
  mode: Mode;
  rules: RoomRules;
  lots?: Lots | undefined;
  /** When the event starts, in the mode `before-event`. */
  startsAt?: number | undefined;
};
/** Who was let in from the line, and since when they waited. */
type Admitted = { id: string; since: number };

/**
 * The one place that knows who is in and who waits; workers ask it. It gives out two things: places for those who wait, by
 * name and in order, and walk-ins, places for nobody in particular while nobody waits. Pure: time and chance come from outside.
 */
export class Room {
  terms: Terms;
  readonly fairness = new Fairness();
  readonly #chance: () => number;
  readonly #line = new Line();
  /** Whoever is in, and until when; the map's order is the order in which they leave. */
  readonly #active = new Map<string, number>();
  /** Whoever was given a place and has not come for it yet. */
  readonly #expected = new Map<string, number>();
  /** Whoever got a place once: the pass they waited with is worth nothing any more. */
  readonly #spent = new Set<string>();
  /** How many came in when, within the last window. */
  readonly #entered: { at: number; count: number }[] = [];
  #enteredCount = 0;
  #walkIns = 0;
  #tidiedAt = Number.NaN;
  /** Until when somebody may be on the way back who was told to wait. */
  #heldUntil = 0;

  constructor(terms: Terms, chance: () => number) {
    this.terms = terms;
    this.#chance = chance;
  }

  get activeCount(): number {
    return this.#active.size + this.reservedCount;
  }
  /** Places that are given or lent, and not taken yet. */
  get reservedCount(): number {
    return this.#expected.size + this.#walkIns;
  }
  get waitingCount(): number {
    return this.#line.size;
  }
  /** Whoever comes next is one too many. */
  get isFull(): boolean {
    return this.#line.size >= this.terms.rules.waitingMax;
  }
  groups(): [group: number, waiting: number][] {
    return this.#line.groups();
  }

  /** Somebody was told to wait, and asks again soon: nobody walks in before them. */
  hold(now: number): void {
    this.#heldUntil = now + this.terms.rules.refreshMsMax + lentForMs;
  }

  /** Someone asks for a place, or asks again. False when their pass was used before. */
  wait(id: string, since: number, now: number): boolean {
    if (this.#expected.has(id)) return true;
    if (this.#spent.has(id)) return false;
    if (this.isFull && !this.#line.has(id)) return true;
    this.#line.join(id, { group: this.#groupOf(id, since), since, now });
    return true;
  }

  isExpected(id: string): boolean {
    return this.#expected.has(id);
  }
  /** Has a place, whether they came for it or not. */
  isIn(id: string, now: number): boolean {
    return (this.#active.get(id) ?? this.#expected.get(id) ?? 0) > now;
  }

  /** Someone comes for the place that was given to them: once, and while it is kept. */
  claim(id: string, now: number): boolean {
    if ((this.#expected.get(id) ?? 0) <= now) return false;
    this.came(id, now, now + this.terms.rules.sessionMs);
    return true;
  }

  /** Someone took a place at a worker, which tells it afterwards. */
  came(id: string, at: number, until: number): void {
    this.#line.leave(id);
    this.stay(id, until);
    this.#count(1, at);
  }

  /** Someone who is in stays until then. */
  stay(id: string, until: number): void {
    const known = this.#active.get(id) ?? 0;
    this.#spend(id);
    this.#expected.delete(id);
    this.#active.delete(id);
    this.#active.set(id, Math.max(known, until));
  }

  /** Someone has what they came for: their place is free at once. */
  leave(id: string): void {
    this.#active.delete(id);
    this.#expected.delete(id);
  }

  /** Gives places by name to those who wait, as many as there are now; the first to come first. */
  admit(now: number): Admitted[] {
    this.#tidy(now);
    if (this.terms.mode === "before-event") return [];
    const admitted: Admitted[] = [];
    for (let free = this.#free(); free > 0 && this.#isOpen(now); free--) {
      const next = this.#admitFirst(now);
      if (next === undefined) break;
      admitted.push(next);
    }
    return admitted;
  }

  /** Gives places to so many of those who wait, whatever the numbers say. */
  admitMore(count: number, now: number): Admitted[] {
    this.#tidy(now);
    const admitted: Admitted[] = [];
    for (let next; admitted.length < count; admitted.push(next)) {
      next = this.#admitFirst(now);
      if (next === undefined) break;
    }
    return admitted;
  }

  #admitFirst(now: number): Admitted | undefined {
    const next = this.#line.first();
    if (next === undefined) return undefined;
    this.#line.leave(next.id);
    this.#spend(next.id);
    this.#expected.set(next.id, now + this.terms.rules.patienceMs);
    this.fairness.note(next, now);
    return next;
  }

  /** A place was given to someone before this room was rebuilt. */
  expect(id: string, until: number): void {
    if (this.#active.has(id)) return;
    this.#line.leave(id);
    this.#spend(id);
    this.#expected.set(id, until);
  }
  /** Whom places were given to who have not come for them. */
  get expected(): string[] {
    return [...this.#expected.keys()];
  }

  /**
   * Lends places for whoever comes next: so many as are wanted now, and a share of the others in advance. None while somebody
   * waits. They are taken until returned.
   */
  lend(of: { share: number; wanted: number }, now: number): number {
    this.#tidy(now);
    const isLending = this.terms.mode === "when-full";
    if (!isLending || this.#line.size > 0 || now < this.#heldUntil) return 0;
    const free = this.#free();
    const wanted = Math.min(of.wanted, free);
    const lent = wanted + Math.floor((free - wanted) * of.share);
    this.#walkIns += lent;
    return lent;
  }

  /** So many lent places are not lent any more: taken (and told with `came`), or given back. */
  returned(count: number): void {
    this.#walkIns = Math.max(0, this.#walkIns - count);
  }

  /** How many came in within the last window. */
  enteredCount(now: number): number {
    this.#tidy(now);
    return this.#enteredCount;
  }

  /** How many get in per minute, by the numbers: the slower of who may come and who leaves. */
  get pacePerMinute(): number {
    const { activeMax, newPerMinute, sessionMs } = this.terms.rules;
    return Math.min(newPerMinute, (activeMax / sessionMs) * minuteMs);
  }

  /** May the first ones who wait be let in? Not before everyone of an earlier group has asked again and is known. */
  #isOpen(now: number): boolean {
    const { rules, lots } = this.terms;
    if (rules.order === "random") return true;
    const group = this.#line.first()?.group ?? 0;
    if (lots !== undefined && group >= lots.from && group < lots.to) return now >= lots.to;
    return now >= group + rules.refreshMsMax + lentForMs;
  }

  #groupOf(id: string, since: number): number {
    const { rules, lots } = this.terms;
    if (lots !== undefined && since >= lots.from && since < lots.to)
      return lots.from + (lotOf(id, lots.seed) * (lots.to - lots.from)) / lotCount;
    return rules.order === "fifo" ? since : Math.floor(this.#chance() * lotCount);
  }

  #free(): number {
    const { activeMax, newPerMinute, windowMs } = this.terms.rules;
    const newMax = Math.floor((newPerMinute * windowMs) / minuteMs);
    // Whoever was given a place may come for it any time, so that they count as new until they did.
    const coming = this.#enteredCount + this.reservedCount;
    return Math.max(0, Math.min(activeMax - this.activeCount, newMax - coming));
  }

  #spend(id: string): void {
    this.#spent.add(id);
    if (this.#spent.size <= spentMax) return;
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest);
      return;
    }
  }

  #count(count: number, at: number): void {
    const last = this.#entered.at(-1);
    if (last?.at === at) last.count += count;
    else this.#entered.push({ at, count });
    this.#enteredCount += count;
  }

  /** What is over is over: sessions, patience, and the window within which places were given. */
  #tidy(now: number): void {
    if (now === this.#tidiedAt) return;
    this.#tidiedAt = now;
    const { rules } = this.terms;
    for (const over of [this.#active, this.#expected])
      for (const [id, until] of over) {
        if (until > now) break;
        over.delete(id);
      }
    this.#line.forgetBefore(now - rules.patienceMs);
    // Who came in is heard of up to `lentForMs` later, so that a window is watched for so much longer.
    const watchedMs = rules.windowMs + lentForMs;
    for (let old = this.#entered[0]; old !== undefined; old = this.#entered[0]) {
      if (old.at > now - watchedMs) return;
      this.#enteredCount -= old.count;
      this.#entered.shift();
    }
  }
}
