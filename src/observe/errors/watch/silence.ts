import { chanceOfNone, expected, type Prior } from "../spikes/baseline.ts";
import {
  type Ground,
  follow,
  groundAt,
  pastOf,
  type Trail,
  trailFrom,
  tread,
} from "../spikes/windows.ts";

/** What a project is heard of: events and sessions by the hour; how long it has been quiet, in ordinary hours. */
export type Hearing = {
  ground: Ground;
  trail: Trail;
  quiet: number;
  isSilent: boolean;
};
/** A project is only missed once it was heard so much, and for so long. */
const heardMin = 100;
const hoursMin = 48;
const weak: Prior = { events: 0.5, hours: 1 };

export function hearingFrom(slot: number): Hearing {
  const ground = groundAt(slot);
  return { ground, trail: trailFrom(ground), quiet: 0, isSilent: false };
}

export type Heard = { silent: { expected: number; chance: number } } | "again" | undefined;

/** Closes an hour. Silence is told once, when so much of it would be rarer than `alpha` had nothing happened. */
export function listen(
  hearing: Hearing,
  { slot, heard, exposure }: { slot: number; heard: number; exposure: number },
  alpha: number,
): Heard {
  const isQuiet = heard === 0;
  tread(hearing.ground, slot, exposure, "slow");
  follow(hearing.trail, { slot, events: heard, exposure, isSpike: hearing.isSilent }, "slow");
  if (!isQuiet) {
    const was = hearing.isSilent;
    hearing.quiet = 0;
    hearing.isSilent = false;
    return was ? "again" : undefined;
  }
  hearing.quiet += exposure;
  const past = pastOf(hearing.trail, hearing.ground, "slow");
  if (hearing.isSilent || past.events < heardMin || past.hours < hoursMin) return undefined;
  const of = expected(past, hearing.quiet, weak);
  const chance = chanceOfNone(of);
  if (chance >= alpha) return undefined;
  hearing.isSilent = true;
  return { silent: { expected: of.mean, chance } };
}
