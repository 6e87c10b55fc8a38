import { type Command, command, type Decide, Duration } from "#kernel";
import * as z from "zod";
import {
  allowed,
  endOutOfRange,
  forbidden,
  forced,
  released,
  Rung,
  Step,
  stepForbidden,
} from "./contract.ts";
import type { Config } from "./config.ts";
import { isForbidden } from "./control.ts";
import { isRung, type Ladder, ladder, type LadderEvent } from "./ladder.ts";

const heldMsMax = 24 * 3_600_000;
const service = z.string().min(1).max(80).describe("Whose ladder.");
const reason = z.string().min(3).max(200).describe("Why; the log keeps it.");

const Force = z
  .object({
    step: Step,
    service,
    for: Duration.prefault("10m").describe("For how long, at most a day."),
    reason,
  })
  .strict();
const Forbid = z
  .object({
    step: Rung,
    service,
    for: Duration.prefault("1h").describe("For how long, at most a day."),
    reason,
  })
  .strict();
const Allow = z.object({ step: Rung, service }).strict();
const Release = z.object({ service }).strict();

type Decided<I> = Decide<I, Ladder, LadderEvent, Config>;
const isTooLong = (ms: number): boolean => ms <= 0 || ms > heldMsMax;

export const force: Decided<z.infer<typeof Force>> = (asked, state, { now: at, config }) => {
  if (isTooLong(asked.for)) return endOutOfRange();
  if (isRung(asked.step) && config.steps[asked.step].use === "off")
    return stepForbidden(`${asked.step} is switched off under surge.steps in castor.yaml.`);
  if (isRung(asked.step) && isForbidden(state, asked.step, at))
    return stepForbidden(`Allow ${asked.step} for ${asked.service} first.`);
  const { service: whose, step, reason: why } = asked;
  return [forced({ service: whose, at, step, endsAt: at + asked.for, reason: why })];
};

export const release: Decided<z.infer<typeof Release>> = (asked, state, { now: at }) => {
  if (state.forced === undefined) return [];
  const why = at >= state.forced.endsAt ? "time" : "asked";
  return [released({ service: asked.service, at, why })];
};

export const forbid: Decided<z.infer<typeof Forbid>> = (asked, state, { now: at }) => {
  if (isTooLong(asked.for)) return endOutOfRange();
  const { service: whose, step, reason: why } = asked;
  const inForce = state.inForce[step] !== undefined;
  return [forbidden({ service: whose, at, step, endsAt: at + asked.for, reason: why, inForce })];
};

export const allow: Decided<z.infer<typeof Allow>> = ({ service: whose, step }, state, facts) => {
  const found = state.forbidden[step];
  if (found === undefined) return [];
  const why = facts.now >= found.endsAt ? "time" : "asked";
  return [allowed({ service: whose, at: facts.now, step, why })];
};

export const ladderKey = (name: string): string => `ladders/${name}`;
const ofLadder = { model: ladder, key: (input: { service: string }) => ladderKey(input.service) };

export const forceCommand: Command = command("surge.force", {
  about: "Moves a ladder to a step and holds it there for a while, whatever the evidence.",
  input: Force,
  destroys: { nothing: "A ladder that is forced decides by itself again after a while." },
  decide: force,
  ...ofLadder,
});
export const releaseCommand: Command = command("surge.release", {
  about: "Lets a forced ladder decide by itself again.",
  input: Release,
  decide: release,
  ...ofLadder,
});
export const forbidCommand: Command = command("surge.forbid", {
  about: "Ends a step if it is on, and keeps the ladder from taking it for a while.",
  input: Forbid,
  decide: forbid,
  ...ofLadder,
});
export const allowCommand: Command = command("surge.allow", {
  about: "Lets the ladder take a forbidden step again.",
  input: Allow,
  decide: allow,
  ...ofLadder,
});
