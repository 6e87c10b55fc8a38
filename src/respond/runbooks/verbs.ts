import { action, type Effects, type Refusal } from "#kernel";
import * as z from "zod";
import { IncidentId, one as incidentOne } from "../incidents/contract.ts";
import * as contract from "./contract.ts";
import { stepsOf } from "./parse/runbook.ts";
import type { Shelf } from "./shelf.ts";
import { tickKey, ticks } from "./ticks.ts";

const Tick = z
  .object({
    incident: IncidentId,
    runbook: contract.RunbookName,
    step: z.string().max(20).describe("The step's number, or its id."),
    done: z.boolean().default(true),
    ran: z
      .object({ verb: z.string().max(120), position: z.number().int().min(1).optional() })
      .strict()
      .optional()
      .describe("What was run for it, and the position of the fact that proves it."),
  })
  .strict();

/** Nobody can claim somebody else's deed, nor another one. */
function faultOf(
  fx: Pick<Effects, "log" | "actor">,
  ran: { verb: string; position?: number | undefined },
): Refusal | undefined {
  if (ran.position === undefined) return undefined;
  const fact = fx.log.at(ran.position);
  const [owner = ""] = ran.verb.split(".");
  return fact?.event.type.startsWith(`${owner}.`) && fact.by.id === fx.actor.id
    ? undefined
    : contract.notRun(`Fact ${ran.position} is not what ${ran.verb} recorded for you.`);
}

export const tickAction = action("runbooks.tick", {
  about: "Ticks a step of a runbook into the timeline of an incident, or takes the tick back.",
  allow: "responder",
  input: Tick,
  output: z.object({
    incident: z.string(),
    step: z.string(),
    isDone: z.boolean(),
    isNew: z.boolean(),
  }),
  act: async ({ incident, runbook: name, step: asked, done, ran }, fx) => {
    const found = fx
      .equipment<Shelf>("runbooks")
      .runbooks()
      .find(({ runbook }) => runbook === name);
    if (!found) return contract.unknown(`There is no runbook ${name}.`);
    const step = stepsOf(found).find((each, i) => each.step === asked || String(i + 1) === asked);
    if (!step) return contract.unknown(`${name} has no step ${asked}.`);
    if ((await fx.ask(incidentOne, { incident })).incident === null)
      return contract.unknown(`There is no incident ${incident}.`);
    const fault = ran && faultOf(fx, ran);
    if (fault) return fault;
    const known = fx.view(ticks)[incident]?.[tickKey(name, step.step)];
    const answer = { incident, step: step.step, isDone: done };
    if ((known?.isDone ?? false) === done) return { ...answer, isNew: false };
    const proof = ran && {
      verb: ran.verb,
      ...(ran.position === undefined ? {} : { position: ran.position }),
    };
    const fact = contract.stepTicked({
      ...{ incident, runbook: name, step: step.step, says: step.says, isDone: done },
      ...(proof ? { ran: proof } : {}),
    });
    // Two people who tick the same step at once have ticked it once.
    const id = `runbooks.tick/${incident}/${name}/${step.step}/${known?.times ?? 0}`;
    await fx.record(incident, [fact], { id });
    return { ...answer, isNew: true };
  },
});
