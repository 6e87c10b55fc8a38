import { type Decide, GivenName, isRefusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { spanOutOfRange } from "./contract.ts";
import { Instant, type OverrideEvent, Reason, type State, takeOver } from "./override.ts";

export const Swap = z
  .object({
    team: z.string().min(1).describe("Whose hours."),
    member: GivenName.describe("Who gives hours away."),
    from: Instant.describe('From when, such as "2026-12-24T18:00:00+01:00".'),
    to: Instant.describe("Until when, at most 60 days later."),
    with: GivenName.describe("Who takes them."),
    backFrom: Instant.describe("From when the first one takes hours of the other in return."),
    backTo: Instant.describe("Until when."),
    reason: Reason,
  })
  .strict();

/** Two people trade hours: both ways at once, or not at all. Only hours that are theirs change hands. */
export const swap: Decide<z.infer<typeof Swap>, State, OverrideEvent, Config> = (
  { team, member, from, to, with: other, backFrom, backTo, reason },
  known,
  facts,
) => {
  if (member === other) return spanOutOfRange("Nobody swaps with themselves.");
  if (from < backTo && backFrom < to) return spanOutOfRange("The two stretches overlap.");
  const away = { team, reason, member: other, from, to, instead: member };
  const back = { team, reason, member, from: backFrom, to: backTo, instead: other };
  const given = takeOver(away, known, facts);
  if (isRefusal(given)) return given;
  const returned = takeOver(back, known, facts);
  return isRefusal(returned) ? returned : [...given, ...returned];
};
