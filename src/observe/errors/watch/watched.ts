import { expected, type Expected, noHistory, type Prior, surprise } from "../spikes/baseline.ts";
import { alarmHeight, climb } from "../spikes/ramp.ts";
import { calmChance, calmWindows, couldBeSpike, verdict } from "../spikes/verdict.ts";
import {
  follow,
  type Ground,
  type Length,
  lengths,
  pastOf,
  type Trail,
  trailFrom,
} from "../spikes/windows.ts";

/** The window that is filling. `before` is the ground's traffic when it opened; a spoilt one is neither judged nor learnt. */
type Open = {
  slot: number;
  events: number;
  exposure: number;
  before: number;
  isSpoilt: boolean;
};
type Window = { trail: Trail; open: Open };
/** Something is out of the ordinary, since then. `quiet` counts ordinary windows in a row. */
export type Alarm = {
  kind: "spike" | "ramp";
  length: Length;
  since: number;
  quiet: number;
  expected: number;
  observed: number;
  chance: number;
  people?: number;
  releases?: string[];
};
/** What is kept of an error, or of a project's errors together, to tell the ordinary from a spike. */
export type Watched = {
  /** The last event that was counted; so nothing counts twice after a crash. */
  upto: number;
  bornAt: number;
  fast: Window;
  slow: Window;
  /** The CUSUM, and the ground's traffic up to which it ran. */
  sum: number;
  summedTo: number;
  alarm?: Alarm;
};
export type Grounds = Record<Length, Ground>;
/** After so long the new level is what is ordinary, and is learnt. */
const frozenMsMax = 24 * 3_600_000;
/** A ramp is only told of what has a past. */
const rampHoursMin = 24;
const rampEventsMin = 5;

const openAt = (slot: number, ground: Ground): Open => ({
  slot,
  events: 0,
  exposure: 0,
  before: ground.all,
  isSpoilt: false,
});
const windowFrom = (ground: Ground): Window => ({
  trail: trailFrom(ground),
  open: openAt(ground.slot + 1, ground),
});
export const watchFrom = (grounds: Grounds, at: number): Watched => ({
  upto: 0,
  bornAt: at,
  fast: windowFrom(grounds.fast),
  slow: windowFrom(grounds.slow),
  sum: 0,
  summedTo: grounds.slow.all,
});

/** What a slot of this length should look like after what is remembered. */
export const expectedOf = (
  watched: Watched,
  of: { length: Length; ground: Ground; exposure: number; prior: Prior },
): Expected =>
  expected(
    pastOf(watched[of.length].trail, of.ground, of.length),
    of.exposure,
    guessFor(watched, of),
  );

const hourMs = 3_600_000;
const ageHoursMin = 0.25;
/** A guess weighs no more than what it stands for is old: nobody was quiet before they were born. */
function guessFor(
  { bornAt }: Watched,
  { length, ground, prior }: { length: Length; ground: Ground; prior: Prior },
): Prior {
  const ageHours = ((ground.slot + 2) * lengths[length] - bornAt) / hourMs;
  return { ...prior, hours: Math.min(prior.hours, Math.max(ageHoursMin, ageHours)) };
}

/** What errors of a project are judged by. */
export type Surroundings = { grounds: Grounds; prior: Prior; alpha: number };

/** Closes the window of an earlier slot and opens the one after the ground's last; gives a slow ramp that shows in it. */
export function turn(
  watched: Watched,
  length: Length,
  { grounds, prior, alpha }: Surroundings,
): Alarm | undefined {
  const window = watched[length];
  const { open } = window;
  const ground = grounds[length];
  if (open.slot > ground.slot) return undefined;
  const endedAt = (open.slot + 1) * lengths[length];
  const isFrozen = watched.alarm?.kind === "spike" && endedAt - watched.alarm.since < frozenMsMax;
  const isSpike = open.isSpoilt || isFrozen;
  const ramp =
    length === "slow" && !isSpike ? rampIn(watched, open, { ground, prior, alpha }) : undefined;
  if (open.events > 0 || isSpike) follow(window.trail, { ...open, isSpike }, length);
  window.open = openAt(ground.slot + 1, ground);
  return ramp;
}

function rampIn(
  watched: Watched,
  open: Open,
  { ground, prior, alpha }: { ground: Ground; prior: Prior; alpha: number },
): Alarm | undefined {
  const past = pastOf(watched.slow.trail, ground, "slow");
  // A ramp is only told of what has a past, which needs no guess.
  const ordinary = expected(past, 1, { ...prior, hours: Math.min(prior.hours, 1) });
  const quiet = { events: 0, mean: ordinary.mean * Math.max(0, open.before - watched.summedTo) };
  watched.sum = climb(climb(watched.sum, quiet), {
    events: open.events,
    mean: ordinary.mean * open.exposure,
  });
  watched.summedTo = open.before + open.exposure;
  if (past.hours < rampHoursMin || past.events < rampEventsMin || watched.alarm) return undefined;
  if (watched.sum <= alarmHeight(ordinary, alpha)) return undefined;
  watched.sum = 0;
  const alarm: Alarm = {
    kind: "ramp",
    length: "slow",
    since: (open.slot + 1) * lengths.slow,
    quiet: 0,
    expected: ordinary.mean * open.exposure,
    observed: open.events,
    chance: alpha,
  };
  watched.alarm = alarm;
  return alarm;
}

/** What is told as new anyway is told as a spike too only when there is a flood of it. */
const newbornEventsMin = 50;
/** In its first hour, in a project of which it is not known yet how errors begin. */
const isNewborn = ({ bornAt }: Watched, { at, prior }: { at: number; prior: Prior }): boolean =>
  prior === noHistory && at - bornAt < hourMs;

/** Is the window that fills now a spike already? `people` is asked only where all else says yes. */
export function judge(
  watched: Watched,
  of: Surroundings & {
    at: number;
    exposures: Record<Length, number>;
    people: (length: Length) => number | undefined;
  },
): Alarm | undefined {
  if (watched.alarm) return undefined;
  for (const length of ["fast", "slow"] as const) {
    const { open } = watched[length];
    if (open.isSpoilt || open.events === 0) continue;
    if (open.events < newbornEventsMin && isNewborn(watched, of)) continue;
    const exposure = of.exposures[length];
    const ground = of.grounds[length];
    const ordinary = expectedOf(watched, { length, ground, exposure, prior: of.prior });
    if (!couldBeSpike({ events: open.events }, ordinary)) continue;
    if (surprise(open.events, ordinary) >= of.alpha) continue;
    const people = of.people(length);
    const { isSpike, chance } = verdict({ events: open.events, people }, ordinary, of.alpha);
    if (!isSpike) continue;
    return {
      kind: "spike",
      length,
      since: of.at,
      quiet: 0,
      expected: ordinary.mean,
      observed: open.events,
      chance,
      ...(people === undefined ? {} : { people }),
    };
  }
  return undefined;
}

/** Looks at the window that ends now: is the alarm over, after so many that were ordinary? */
export function calms(
  watched: Watched,
  length: Length,
  of: Surroundings & { exposure: number },
): boolean {
  const { alarm } = watched;
  if (!alarm || alarm.length !== length) return false;
  const { open } = watched[length];
  const { prior, exposure } = of;
  const ordinary = expectedOf(watched, { length, ground: of.grounds[length], exposure, prior });
  alarm.quiet = surprise(open.events, ordinary) > calmChance ? alarm.quiet + 1 : 0;
  if (alarm.quiet < calmWindows) return false;
  // What is left of the spike in longer windows must not count as another one.
  watched.fast.open.isSpoilt = alarm.kind === "spike";
  watched.slow.open.isSpoilt = alarm.kind === "spike";
  delete watched.alarm;
  return true;
}
