import { criticalities, type QueueTarget } from "./settings.ts";

/** CoDel (RFC 8289), as Facebook's servers use it: what may wait under pressure, and how long somebody must have waited without a break for it to be pressure. */
const targetMsMin = 5;
const intervalMsMin = 100;
/** A slow instance's line is judged by its own time: half an answer, two answers. */
const targetAnswers = 0.5;
const intervalAnswers = 2;
/** After pressure of so many intervals what can be spared no longer waits. */
const lastingIntervals = 10;

const [, normal, sheddable, bot] = criticalities.map((_, rank) => rank) as [
  number,
  number,
  number,
  number,
];

/** Why somebody did not get a place: no room to wait, waited as long as one may, or turned away so that others fare well. */
export type TurnedAway = "full" | "timeout" | "shed";
/** One who waits. */
export type Waiting<Who> = { who: Who; rank: number; since: number; until: number };

/**
 * Who waits for a place: by rank, then first come first served. Once somebody has waited for a while without a break it is
 * the newest first, since a visitor who has waited long has often left, and whoever waited past the target is turned away
 * (adaptive LIFO with CoDel). Purely decides; time comes in with each call.
 */
export class WaitingLine<Who> {
  count = 0;
  settings: QueueTarget;
  targetMs = targetMsMin;
  intervalMs = intervalMsMin;
  readonly #ranks: Waiting<Who>[][] = criticalities.map(() => []);
  readonly #turnAway: (waiting: Waiting<Who>, why: TurnedAway) => void;
  /** Since when there has always been somebody. */
  #busySince = 0;

  constructor(settings: QueueTarget, turnAway: (waiting: Waiting<Who>, why: TurnedAway) => void) {
    this.settings = settings;
    this.#turnAway = turnAway;
  }

  /** How long an answer takes when nothing else is going on, in ms. While places become more, nobody is turned away early. */
  pace(answerMs: number, isGrowing = false): void {
    this.targetMs = isGrowing ? Infinity : Math.max(targetMsMin, answerMs * targetAnswers);
    this.intervalMs = Math.max(intervalMsMin, answerMs * intervalAnswers);
  }

  isPressed(now: number): boolean {
    return this.count > 0 && now - this.#busySince >= this.intervalMs;
  }

  /** Gets in line, or is turned away: undefined then, with the reason told. */
  join(who: Who, of: { rank: number; now: number; untilMax: number }): Waiting<Who> | undefined {
    const { rank, now } = of;
    const until = Math.min(now + this.settings.waitMsMax, of.untilMax);
    const waiting = { who, rank, since: now, until };
    const isPressed = this.isPressed(now);
    if (isPressed) this.#shedLate(now);
    if (until <= now) return this.#refuse(waiting, "timeout");
    if (isPressed && this.#isSpared(rank, now)) return this.#refuse(waiting, "shed");
    if (this.count >= this.settings.waitingMax && !this.#makeRoom(rank, isPressed))
      return this.#refuse(waiting, "full");
    if (this.count === 0) this.#busySince = now;
    this.#ranks[rank]?.push(waiting);
    this.count++;
    return waiting;
  }

  #refuse(waiting: Waiting<Who>, why: TurnedAway): undefined {
    this.#turnAway(waiting, why);
    return undefined;
  }

  #isSpared(rank: number, now: number): boolean {
    const isLasting = now - this.#busySince >= this.intervalMs * lastingIntervals;
    return rank === bot || (rank === sheddable && isLasting);
  }

  /** Somebody less important goes; under pressure also the one of the same rank who is least likely to be served. */
  #makeRoom(rank: number, isPressed: boolean): boolean {
    for (let lowest = this.#ranks.length - 1; lowest >= rank; lowest--) {
      const line = this.#ranks[lowest] ?? [];
      if (line.length === 0) continue;
      if (lowest === rank && !isPressed) return false;
      const out = isPressed ? line[0] : line[line.length - 1];
      if (out !== undefined) this.#dismiss(out, "shed");
      return true;
    }
    return false;
  }

  /** Who gets the next place; stays in line until `leave`. */
  next(now: number): Waiting<Who> | undefined {
    const isPressed = this.isPressed(now);
    for (const line of this.#ranks) {
      const best = isPressed ? line[line.length - 1] : line[0];
      if (best !== undefined) return best;
    }
    return undefined;
  }

  /** Has a place now, or has left. */
  leave(waiting: Waiting<Who>): void {
    const line = this.#ranks[waiting.rank] ?? [];
    const at = line[0] === waiting ? 0 : line.lastIndexOf(waiting);
    if (at < 0) return;
    if (at === 0) line.shift();
    else line.splice(at, 1);
    this.count--;
  }

  /** Turns away who has waited as long as they may. */
  sweep(now: number): void {
    if (this.count === 0) return;
    if (this.isPressed(now)) this.#shedLate(now);
    for (const line of this.#ranks)
      for (const each of [...line]) if (each.until <= now) this.#dismiss(each, "timeout");
  }

  /** Everybody, in order of rank and time. */
  all(): Waiting<Who>[] {
    return this.#ranks.flat();
  }

  /**
   * The most important are not turned away early: nobody is better off for it. Neither is the last one, so that there is
   * always somebody when a place becomes free.
   */
  #shedLate(now: number): void {
    for (let rank = this.#ranks.length - 1; rank >= normal; rank--) {
      const line = this.#ranks[rank] ?? [];
      for (let first = line[0]; first !== undefined; first = line[0]) {
        if (this.count === 1 || now - first.since <= this.targetMs) break;
        this.#dismiss(first, "shed");
      }
    }
  }

  #dismiss(waiting: Waiting<Who>, why: TurnedAway): void {
    this.leave(waiting);
    this.#turnAway(waiting, why);
  }
}
