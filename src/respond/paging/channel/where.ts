import { Duration } from "#kernel/contract";
import * as z from "zod";

export const urgencies = ["high", "low"] as const;
export type Urgency = (typeof urgencies)[number];

const shared = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "Small letters, digits and dashes")
    .optional()
    .describe("What the channel is called; its kind when absent."),
  after: Duration.prefault("0s").describe(
    "Waits so long after the call began; sooner when an earlier channel fails.",
  ),
  urgencies: z
    .array(z.enum(urgencies))
    .min(1)
    .default([...urgencies])
    .describe("What it is used for: high, low or both."),
  canary: z
    .boolean()
    .default(true)
    .describe("Whether it is tried, silently, before a shift; say no where each message costs."),
};

/** The configuration of one person's channel of a kind: what all have, and its own fields. */
export const where = <const K extends string, S extends z.ZodRawShape>(
  kind: K,
  fields: S,
): z.ZodObject<{ kind: z.ZodLiteral<K> } & typeof shared & S, z.core.$strict> =>
  z.object({ kind: z.literal(kind), ...shared, ...fields }).strict();
