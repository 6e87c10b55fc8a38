import { action, type Effects } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { changeReported } from "./contract.ts";

/** Under this name stands what was told by verb instead of through an intake. */
const byVerb = "castor";

export const reportChangeAction = action("alerts.report-change", {
  about: "Tells of a deploy or another change, and whether it failed: a failed one is an alert.",
  allow: "responder",
  input: z
    .object({
      summary: z.string().trim().min(3).max(1_024).describe("What was changed, in one line."),
      service: z.string().min(1).max(200).optional().describe("Of which service."),
      source: z.string().min(1).max(300).optional().describe("Which pipeline or tool says so."),
      failed: z.boolean().default(false).describe("It did not work; the next that did ends it."),
    })
    .strict(),
  output: z.object({ at: z.number() }),
  act: async ({ summary, service, source, failed }, fx: Effects<Config>) => {
    const at = fx.now;
    const changed = changeReported({
      ...{ intake: byVerb, summary, at },
      ...(service === undefined ? {} : { service }),
      ...(source === undefined ? {} : { source }),
      ...(failed ? { isFailed: true } : {}),
    });
    await fx.record("changes", [changed]);
    return { at };
  },
});
