import type { Millis } from "../contract.ts";
import { type Clock, sleepOn } from "./clock.ts";
import { SeededRandom } from "./seeded.ts";
import { TimerHeap } from "./timer-heap.ts";

/** A clock that stands still until it is told to go, and whose chance repeats for a seed. */
export interface VirtualClock extends Clock {
  /**
   * Lets time pass: every timer due in between fires at its own instant, in (time, insertion) order, also those that
   * timers set on the way. Between two instants the promise chains they started run out (see `settle`).
   */
  advance(ms: Millis): Promise<void>;
  /** Lets everything that needs no time run out: all microtasks, over a few turns of the event loop. */
  settle(): Promise<void>;
  /** When the next timer is due. */
  next(): Millis | undefined;
  /** How many timers wait. */
  pending(): number;
}

/**
 * Turns of the event loop given to what a timer started. One turn drains every microtask, however long the chain;
 * the others are for engines that commit on `setImmediate`. Without such engines the order of all work is fixed.
 */
const settleTurns = 4;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time and chance for simulations and tests: same seed, same run. A timer due now fires in a microtask. */
export function virtualClock(of: { now?: Millis; seed?: number } = {}): VirtualClock {
  let now = of.now ?? Date.UTC(2026, 0, 1);
  const chance = new SeededRandom(of.seed ?? 1);
  const timers = new TimerHeap();
  const nextId = uuidv7From(() => now, chance);
  let advancing = Promise.resolve();

  const settle = async (): Promise<void> => {
    for (let left = settleTurns; left > 0; left--) await turn();
  };

  const at: Clock["at"] = (when, call) => {
    const timer = timers.add(when, call);
    if (when <= now) queueMicrotask(() => timers.take(timer) && call());
    return () => void timers.take(timer);
  };

  const advanceTo = async (target: Millis): Promise<void> => {
    await settle();
    for (let due = timers.first(); due && due.at <= target; due = timers.first()) {
      now = Math.max(now, due.at);
      timers.take(due);
      due.call();
      await settle();
    }
    now = Math.max(now, target);
  };

  return {
    now: () => now,
    at,
    sleepUntil: (when, signal) => sleepOn(at, when, signal),
    random: () => chance.unit(),
    id: nextId,
    secret: (bytes) => chance.bytes(bytes),
    settle,
    next: () => timers.first()?.at,
    pending: () => timers.size,
    advance: (ms) => {
      const step = advancing.then(() => advanceTo(now + ms));
      advancing = step.catch(() => undefined);
      return step;
    },
  };
}

/** Ids in order: 48 bits of time, 12 bits that count within a millisecond, 62 bits of seeded chance. */
function uuidv7From(now: () => Millis, chance: SeededRandom): () => string {
  let last = 0;
  let inMs = 0;
  return () => {
    const ms = Math.max(Math.floor(now()), last);
    inMs = ms === last ? inMs + 1 : 0;
    // More than 4096 ids in one virtual millisecond borrow from the next, so that order holds.
    last = inMs > 0xfff ? ms + 1 : ms;
    if (inMs > 0xfff) inMs = 0;
    const time = last.toString(16).padStart(12, "0");
    const count = inMs.toString(16).padStart(3, "0");
    const variant = (0x8000 | (chance.uint32() & 0x3fff)).toString(16);
    const tail = [chance.uint32(), chance.uint32() >>> 16];
    const node =
      (tail[0] ?? 0).toString(16).padStart(8, "0") + (tail[1] ?? 0).toString(16).padStart(4, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}-${node}`;
  };
}
