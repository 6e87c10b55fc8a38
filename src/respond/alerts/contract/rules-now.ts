import { query } from "#kernel/contract";
import * as z from "zod";
import { severities } from "./group.ts";

const Firing = z.object({
  labels: z.record(z.string(), z.string()),
  since: z.number(),
  says: z.string(),
});
const Window = z.object({
  longMs: z.number(),
  /** How many times too fast is told. */
  factor: z.number(),
  /** How many times too fast it is now. */
  burn: z.number(),
  severity: z.enum(severities),
});

/** The rules and objectives that are looked at, and how they stand. */
export const rulesNow = query(
  "alerts.rules",
  z.object({}),
  z.object({
    rules: z.array(
      z.object({
        name: z.string(),
        /** What is looked at and when it is bad, in words. */
        says: z.string(),
        severity: z.enum(severities),
        forMs: z.number(),
        tests: z.number(),
        firing: z.array(Firing),
      }),
    ),
    objectives: z.array(
      z.object({
        name: z.string(),
        of: z.string(),
        target: z.number(),
        periodMs: z.number(),
        /** Milliseconds; null where failures count. */
        slowerThan: z.number().nullable(),
        valid: z.number(),
        bad: z.number(),
        /** The share of the budget that is left; below zero it is overdrawn, null where nothing was counted. */
        budgetLeft: z.number().nullable(),
        windows: z.array(Window),
        tests: z.number(),
        firing: z.array(Firing),
      }),
    ),
  }),
  {
    about:
      "Rules and objectives over Castor's counters: what they say, what fires, and how much error budget is left.",
  },
);
