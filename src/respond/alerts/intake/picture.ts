import { snapshot } from "#kernel/contract";
import * as z from "zod";
import { type IntakeConfig, formats } from "../config.ts";
import { Silence } from "../contract/silence.ts";
import type { Policy } from "../model/board.ts";

/** How the outpost of alerts is called: its process and its socket. */
export const outpostName = "alerts-intake";

/** Somebody who may send. Control has looked at the token, so it stays there. */
export type Sender = Omit<IntakeConfig, "token">;
const Sender = z.object({
  format: z.enum(formats),
  labels: z.record(z.string(), z.string()),
  every: z.number().optional(),
  map: z.object({
    ...{ title: z.string(), severity: z.string(), status: z.string() },
    ...{ key: z.string(), service: z.string() },
  }),
});

/** What the outpost works from, also while control is away. */
export const picture = snapshot(
  "alerts",
  z.object({
    /** Control made it of a configuration that was checked. */
    policy: z.custom<Policy>((value) => typeof value === "object" && value !== null),
    intakes: z.record(z.string(), Sender),
    resolveTimeoutMs: z.number(),
    alertsMax: z.number(),
    silences: z.array(Silence),
    /** How often silences were changed before this picture, so that whoever changed one can wait for it. */
    silenceTurns: z.number(),
  }),
);
export type Picture = z.infer<typeof picture.schema>;
