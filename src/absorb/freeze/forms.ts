import { type Action, action, type Read } from "#kernel";
import * as z from "zod";
import type { Cellar } from "./cellar/contract.ts";
import type { Config } from "./config.ts";
import { type forms, formsDropped, unknownForm, unknownSite } from "./contract.ts";

const boxOf = (read: Pick<Read, "equipment">) => read.equipment<Cellar>("freeze").forms;
const service = z.string().describe("Which service.");

export const keptForms = (
  read: Read<Config>,
  { service: only }: { service?: string | undefined },
): z.infer<(typeof forms)["output"]> => ({ forms: boxOf(read).list(only) });

export const dropForms: Action = action("freeze.drop", {
  about: "Throws kept forms away unsent: one by its receipt, or all of a service.",
  destroys: {
    what: "Forms that people sent and that nobody has received yet.",
    name: (input) => input.receipt ?? input.service,
  },
  input: z
    .object({
      service,
      reason: z.string().min(3).max(200).describe("Why; the log keeps it."),
      receipt: z.string().optional().describe("Which; all that wait or failed when absent."),
    })
    .strict(),
  output: z.object({ dropped: z.number() }),
  act: async (input, fx) => {
    const dropped = boxOf(fx).drop(input.service, input.receipt);
    if (dropped === 0) return unknownForm();
    const { reason } = input;
    await fx.record("forms", [formsDropped({ service: input.service, count: dropped, reason })]);
    return { dropped };
  },
});

export const retryForms: Action = action("freeze.retry", {
  about: "Lets forms wait once more that the origin did not take; they are sent again.",
  input: z.object({ service }).strict(),
  output: z.object({ waiting: z.number() }),
  act: async (input, fx) => {
    const { config } = fx as { config: Config };
    if (config.sites[input.service] === undefined) return unknownSite();
    return { waiting: boxOf(fx).again(input.service) };
  },
});
