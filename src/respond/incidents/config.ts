import * as z from "zod";
import { severities as alertSeverities } from "../alerts/contract.ts";
import { Severity } from "./contract.ts";

export const Config = z
  .object({
    declareOn: z
      .partialRecord(z.enum(alertSeverities), Severity)
      .default({})
      .describe(
        "Which groups of alerts become incidents by themselves, and how grave: `{ critical: sev2 }`. Otherwise people declare.",
      ),
    declareOnSpike: Severity.optional().describe(
      "An error that spikes becomes an incident by itself, so grave. Say it here or in `declareOn`, not both: its alert is one too.",
    ),
    declareOnFailedDeploy: Severity.optional().describe(
      "A deploy that a tool reports as failed becomes an incident by itself, so grave.",
    ),
    callLink: z
      .url({ protocol: /^https$/ })
      .max(500)
      .optional()
      .describe("Where people talk while something goes wrong; `{incident}` stands for its name."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
