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
  })
  .strict();
export type Config = z.infer<typeof Config>;
