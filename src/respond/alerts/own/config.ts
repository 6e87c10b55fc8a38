import { Duration } from "#kernel";
import * as z from "zod";

const Target = z
  .string()
  .regex(/^[a-z0-9.-]{1,253}:\d{1,5}$/, 'Write a host and a port such as "1.1.1.1:443"')
  .refine((text) => Number(text.split(":")[1]) <= 65_535, "Ports go to 65535");

/** What Castor looks at for its own alerts. */
export const OwnConfig = z
  .object({
    uplink: z
      .array(Target)
      .max(10)
      .default([])
      .describe(
        "Hosts far away that always answer: while none does, Castor is cut off, and instances elsewhere that seem to be down page nobody.",
      ),
    diskLow: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.1)
      .describe("A warning when less of the disk is free."),
    diskCritical: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.03)
      .describe("A page when less of it is free."),
    roomDrains: Duration.prefault("15m").describe(
      "An error when a waiting room's line grows and would take longer to drain.",
    ),
  })
  .strict();
export type OwnConfig = z.infer<typeof OwnConfig>;
