import { above, below, isHigher, isRung, type Ladder } from "./ladder.ts";
import type { Pressure } from "./pressure.ts";
import {
  type Climb,
  type Evidence,
  type Rung,
  type Skipped,
  type Step,
  steps,
} from "./contract.ts";

/** How fast the ladder moves. */
export type Pace = {
  /** How long it stays on a step at least: what the step does must show in the evidence. */
  stayMs: number;
  /** How long everything must be calm before it descends. */
  calmMs: number;
  /** How long there must be pressure before it climbs to a rung. */
  afterMs: Readonly<Record<Rung, number>>;
  /** Climbing again within so long after a descent is a relapse, and doubles the calm that is asked for. */
  relapseMs: number;
  relapsesMax: number;
  /** Below this share of what was offered when it climbed, the wave is over and past relapses do not count. */
  fallenShare: number;
  /** How long a rung that could not be taken is passed by. */
  failedMs: number;
};

/** Since when it has been so; what a restart of control forgets, and then waits for once more. */
export type Watch = { pressedSince: number | undefined; calmSince: number | undefined };
export const unwatched: Watch = { pressedSince: undefined, calmSince: undefined };

export type Now = {
  at: number;
  evidence: Evidence;
  pressure: Pressure;
  /** Why a rung may not be taken by itself; undefined where it may. */
  bars: (rung: Rung) => string | undefined;
  /** Is it never taken, not even by force? */
  isOff: (rung: Rung) => boolean;
};

export type Move =
  | { kind: "climb"; to: Step; why: Climb["why"]; skipped: Skipped[]; relapses: number }
  | { kind: "descend"; to: Step; why: Climb["why"] };

/** Takes the mood of this moment into the watch. */
export const watched = (watch: Watch, at: number, { mood }: Pressure): Watch => ({
  pressedSince: mood === "pressed" ? (watch.pressedSince ?? at) : undefined,
  calmSince: mood === "calm" ? (watch.calmSince ?? at) : undefined,
});

/** One step at a time, up or down, or none. Pure: the same ladder, watch and moment give the same move. */
export function nextMove(ladder: Ladder, watch: Watch, now: Now, pace: Pace): Move | undefined {
  const { at } = now;
  if (ladder.forced !== undefined && ladder.forced.endsAt > at) return towards(ladder, now);
  if (isRung(ladder.step) && (isForbidden(ladder, ladder.step, at) || now.isOff(ladder.step)))
    return { kind: "descend", to: below(ladder), why: "forbidden" };
  const up = climb(ladder, now, pace);
  if (up !== undefined && waitUpMs(ladder, watch, { at, to: up.to, pace }) === 0) return up;
  const calm = waitDownMs(ladder, watch, { at, offered: now.evidence.offeredPerSecond, pace });
  return calm === 0 ? { kind: "descend", to: below(ladder), why: "calm" } : undefined;
}

export const isForbidden = ({ forbidden }: Ladder, rung: Rung, at: number): boolean =>
  (forbidden[rung]?.endsAt ?? 0) > at;

/** The operator's word is followed at once, yet rung by rung, so that each is a fact of its own. */
function towards(ladder: Ladder, { at, isOff }: Now): Move | undefined {
  const target = ladder.forced?.step ?? "normal";
  if (isHigher(ladder.step, target)) return { kind: "descend", to: below(ladder), why: "forced" };
  if (!isHigher(target, ladder.step)) return undefined;
  const skipped: Skipped[] = [];
  for (let to = above(ladder.step); to !== undefined; to = above(to)) {
    const why = isRung(to) && (isOff(to) ? "off" : isForbidden(ladder, to, at) && "forbidden");
    if (isRung(to) && why !== false && to !== target) {
      skipped.push({ step: to, why });
      continue;
    }
    return { kind: "climb", to, why: "forced", skipped, relapses: ladder.relapses };
  }
  return undefined;
}

/** The next rung that may be taken, past those that may not. */
function climb(
  ladder: Ladder,
  now: Now,
  pace: Pace,
): (Move & { to: Rung; kind: "climb" }) | undefined {
  const { at } = now;
  const skipped: Skipped[] = [];
  for (let to = above(ladder.step); to !== undefined; to = above(to)) {
    if (!isRung(to)) continue;
    const why = barOf(ladder, to, { now, pace });
    if (why !== undefined) {
      skipped.push({ step: to, why });
      continue;
    }
    const isRelapse = ladder.descendedAt > 0 && at - ladder.descendedAt < pace.relapseMs;
    const relapses = isRelapse
      ? Math.min(ladder.relapses + 1, pace.relapsesMax)
      : ladder.step === "normal"
        ? 0
        : ladder.relapses;
    return { kind: "climb", to, why: "pressure", skipped, relapses };
  }
  return undefined;
}

/** Why the ladder passes a rung by; undefined where it would take it. */
export function barOf(
  ladder: Ladder,
  rung: Rung,
  { now, pace }: { now: Pick<Now, "at" | "bars">; pace: Pick<Pace, "failedMs"> },
): string | undefined {
  if (isForbidden(ladder, rung, now.at)) return "forbidden";
  const failed = ladder.failed[rung];
  if (failed !== undefined && now.at - failed.at < pace.failedMs) return failed.why;
  return now.bars(rung);
}

/** How long the pressure must still last; null while there is none. */
export function waitUpMs(
  { since }: Ladder,
  { pressedSince }: Watch,
  { at, to, pace }: { at: number; to: Rung; pace: Pace },
): number | null {
  if (pressedSince === undefined) return null;
  const from = Math.max(pressedSince, since);
  return Math.max(0, from + pace.afterMs[to] - at, since + pace.stayMs - at);
}

/** How long the calm must still last; null while there is none, or nothing to descend from. */
export function waitDownMs(
  ladder: Ladder,
  { calmSince }: Watch,
  { at, offered, pace }: { at: number; offered: number; pace: Pace },
): number | null {
  if (ladder.step === "normal" || calmSince === undefined) return null;
  const from = Math.max(calmSince, ladder.since);
  const calmMs = hasFallen(ladder, offered, pace)
    ? pace.calmMs
    : pace.calmMs * 2 ** ladder.relapses;
  return Math.max(0, from + calmMs - at, ladder.since + pace.stayMs - at);
}

/** The wave that led here is over. People in a waiting room ask seldom, so there it does not show in what is offered. */
function hasFallen({ step, offeredAt, inForce }: Ladder, offered: number, pace: Pace): boolean {
  const then = offeredAt[step];
  if (then === undefined || inForce["waiting-room"] !== undefined) return false;
  return offered < then * pace.fallenShare;
}

/** Every rung, lowest first. */
export const rungs: readonly Rung[] = steps.filter(isRung);
