import { type Action, action, type Effects, isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import { book, type Kept, named } from "./book.ts";
import type { Config } from "./config.ts";
import { notYou, refused, unknownApproval, withdrawn } from "./contract.ts";
import { approve, end } from "./decide.ts";
import { lookUp, takeOutcome } from "./vault.ts";
import { deciderOf, mayStill, objection, personBehind } from "./who.ts";

const Which = z
  .object({ approval: z.string().min(1).max(60).describe("As `castor approvals list` shows it.") })
  .strict();
const After = z.object({ state: z.string(), why: z.string().optional() });
/** Whether the role is enough depends on what is asked for. */
const allow = "viewer";

export const verbs: readonly Action[] = [
  action("approvals.approve", {
    about: "Agrees to what somebody else wants to do; then it is done, once, as they asked it.",
    allow,
    input: Which,
    output: After,
    act: async ({ approval }, fx: Effects<Config>) => {
      const by = deciderOf(fx, fx.actor);
      return isRefusal(by) ? by : await approve(fx, approval, by);
    },
  }),
  action("approvals.refuse", {
    about: "Says no to what somebody else wants to do, and why.",
    allow,
    input: Which.extend({ reason: z.string().trim().min(3).max(500).describe("Why not.") }),
    output: After,
    act: async ({ approval, reason }, fx: Effects<Config>) => {
      const by = deciderOf(fx, fx.actor);
      if (isRefusal(by)) return by;
      return await end(
        fx,
        approval,
        (found) =>
          objection(fx, { ...found, approvedBy: [] }, by) ??
          refused({ ...named(found), person: by.person, reason }),
      );
    },
  }),
  action("approvals.withdraw", {
    about: "Takes back what you asked for.",
    allow,
    input: Which,
    output: After,
    act: ({ approval }, fx: Effects<Config>) =>
      end(fx, approval, (found) =>
        isOwn(fx, found) ? withdrawn(named(found)) : notYou("Only whoever asked takes it back."),
      ),
  }),
  action("approvals.look", {
    about:
      "What exactly is asked for, as it would be done, for who may decide it and who asked; or what came of it.",
    allow,
    input: Which.extend({
      outcome: z
        .boolean()
        .default(false)
        .describe("What it gave once it was done: for whoever asked, once, within 10 minutes."),
    }),
    output: z.object({
      verb: z.string(),
      input: z.unknown().optional(),
      outcome: z.unknown().optional(),
    }),
    act: async ({ approval, outcome }, fx: Effects<Config>) => {
      const found = fx.view(book)[approval];
      if (found && outcome) return await collect(fx, found);
      const kept = found && lookUp(fx, found);
      if (!found || !kept) return unknownApproval("It is not there, or decided already.");
      const by = deciderOf(fx, fx.actor);
      const no = isRefusal(by) ? by : objection(fx, { ...found, approvedBy: [] }, by);
      return no && !isOwn(fx, found) ? no : { verb: found.verb, input: kept.input };
    },
  }),
];

/** What it gave may be a way in, so a token gets only what it asked for itself, and nobody who lost their role gets it. */
async function collect(
  fx: Effects<Config>,
  found: Kept,
): Promise<{ verb: string; outcome: unknown } | Refusal> {
  const { actor } = fx;
  const { by, asker, verb, approval } = found;
  const isWhoAsked =
    (actor.kind === by.kind && actor.id === by.id) ||
    (actor.kind === "person" && actor.id === asker);
  if (!isWhoAsked || !mayStill(fx, found))
    return notYou("Only whoever asked sees what came of it.");
  const taken = await takeOutcome(fx, approval);
  return taken
    ? { verb, outcome: taken.outcome }
    : unknownApproval("It gave nothing to see, or was seen already: it is given once, in time.");
}

/** By the same person, or by the same key where nobody knows whose it is. */
const isOwn = (
  fx: Effects<Config>,
  found: { by: Effects["actor"]; asker: string | null },
): boolean =>
  found.asker === null
    ? found.by.kind === fx.actor.kind && found.by.id === fx.actor.id
    : found.asker === personBehind(fx, fx.actor);
