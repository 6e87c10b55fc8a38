import { type Read, type Refusal } from "#kernel";
import type * as z from "zod";
import type { Config } from "./config.ts";
import { type current, type now, type timelineOf, unknownTeam } from "./contract.ts";
import { coverageOf } from "./coverage.ts";
import { decided } from "./decided.ts";
import { gapsWithin } from "./gaps.ts";
import { timeline } from "./schedule/schedule.ts";
import { within } from "./schedule/span.ts";

const dayMs = 86_400_000;
const lookAheadMs = 14 * dayMs;
/** Somebody's next turn is looked for so far ahead. */
const nextWithinMs = 120 * dayMs;
/** …and when the current one began so far back; what lasts longer began then. */
const sinceWithinMs = 31 * dayMs;

const ofTeam = (read: Read<Config>, team: string) =>
  read.view(decided)[team] ?? { versions: [], overrides: [] };

export function nowOf(read: Read<Config>): z.infer<(typeof now)["output"]> {
  const { now: at } = read;
  const teams = Object.entries(read.config.teams).map(([team, { zone, layers }]) => {
    const { versions, overrides } = ofTeam(read, team);
    const { shifts } = timeline(versions, overrides, {
      from: at - sinceWithinMs,
      to: at + nextWithinMs,
    });
    const gaps = gapsWithin(read, team, { from: at, to: at + lookAheadMs });
    const current = shifts.find((each) => each.from <= at && each.to > at);
    const next = shifts.find((each) => each.from > at);
    return {
      ...{ team, zone, members: [...new Set(layers.flatMap(({ members }) => members))] },
      member: current?.member ?? null,
      since: current?.from ?? null,
      until: current?.to ?? next?.from ?? null,
      next: next ?? null,
      gaps,
    };
  });
  return { teams };
}

export function currentOf(read: Read<Config>): z.infer<(typeof current)["output"]> {
  const instant = { from: read.now, to: read.now + 1 };
  const teams = Object.keys(read.config.teams).map((team) => {
    const { versions, overrides } = ofTeam(read, team);
    return [team, timeline(versions, overrides, instant).shifts[0]?.member ?? null] as const;
  });
  return { teams: Object.fromEntries(teams) };
}

export function timelineNow(
  read: Read<Config>,
  { team, from = read.now, days }: { team: string; from?: number | undefined; days: number },
): z.infer<(typeof timelineOf)["output"]> | Refusal {
  const known = read.view(decided);
  if (known[team] === undefined && read.config.teams[team] === undefined)
    return unknownTeam(`There are: ${Object.keys(read.config.teams).join(", ") || "none"}.`);
  const { versions, overrides } = ofTeam(read, team);
  const bounds = { from, to: from + days * dayMs };
  const told = timeline(versions, overrides, bounds);
  // Who had it before anything was decided, nobody here can say.
  const decidedOnes = { from: versions[0]?.validFrom ?? bounds.from, to: bounds.to };
  const gaps = told.gaps.flatMap((gap) => within(gap, decidedOnes) ?? []);
  const { shifts } = told;
  return {
    team,
    ...bounds,
    ...{ shifts, gaps, uncovered: coverageOf(read.config, team, gaps) },
    overrides: overrides.filter((each) => each.to > bounds.from && each.from < bounds.to),
  };
}
