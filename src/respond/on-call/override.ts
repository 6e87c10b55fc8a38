import { type Decide, type EventOf, GivenName, type Model } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import {
  instantMax,
  type Override,
  overridden,
  overrideWithdrawn,
  spanOutOfRange,
  unknownOverride,
  unknownTeam,
} from "./contract.ts";

const spanMsMax = 60 * 86_400_000;
export const Reason = z.string().min(3).max(200).describe("Why; the log carries it.");
export const Instant = z
  .union([z.number(), z.iso.datetime({ offset: true })])
  .transform((at) => (typeof at === "number" ? at : Date.parse(at)))
  .pipe(z.number().min(0).max(instantMax, "Write a time before the year 2100"));

export const TakeOver = z
  .object({
    team: z.string().min(1).describe("Whose hours."),
    member: GivenName.describe("Who takes them."),
    from: Instant.describe('From when, such as "2026-12-24T18:00:00+01:00".'),
    to: Instant.describe("Until when, at most 60 days later."),
    instead: GivenName.optional().describe("Only hours that are this person's: a swap."),
    reason: Reason,
  })
  .strict();
export const Withdraw = z.object({ team: z.string(), id: z.string(), reason: Reason }).strict();

export type State = Readonly<Record<string, Override>>;
export type OverrideEvent = EventOf<typeof overridden> | EventOf<typeof overrideWithdrawn>;

/** The stand-ins of one team that were not withdrawn. */
export const standIns: Model<State, OverrideEvent> = {
  initial: {},
  evolve: (known, event) => {
    const { [event.data.id]: _, ...others } = known;
    return event.type === "on-call.overridden"
      ? { ...others, [event.data.id]: event.data }
      : others;
  },
};

export const takeOver: Decide<z.infer<typeof TakeOver>, State, OverrideEvent, Config> = (
  { instead, ...asked },
  _,
  facts,
) => {
  const { team, from, to } = asked;
  const teams = Object.keys(facts.config.teams);
  if (!teams.includes(team)) return unknownTeam(`There are: ${teams.join(", ") || "none"}.`);
  if (to <= from) return spanOutOfRange("It ends before it begins.");
  if (to <= facts.now) return spanOutOfRange("It is over already; the past stays as it was.");
  if (to - from > spanMsMax) return spanOutOfRange("It is longer than 60 days.");
  // What has begun begins now: nobody was on call in the past by a decision of today.
  const about = { ...asked, id: facts.id(), from: Math.max(from, facts.now) };
  return [overridden(instead === undefined ? about : { ...about, instead })];
};

export const withdraw: Decide<z.infer<typeof Withdraw>, State, OverrideEvent> = (
  { team, id, reason },
  known,
) =>
  known[id] === undefined
    ? unknownOverride(`${team} has no stand-in ${id}.`)
    : [overrideWithdrawn({ id, team, reason })];
