import { query } from "#kernel/contract";
import * as z from "zod";
import { severities } from "./group.ts";
import { Silence } from "./silence.ts";

const Shown = z.object({
  fingerprint: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.number(),
  silencedBy: z.array(z.string()),
  inhibitedBy: z.array(z.string()),
  isFlapping: z.boolean(),
});
const ShownGroup = z.object({
  key: z.string(),
  group: z.string(),
  receiver: z.string(),
  severity: z.enum(severities),
  isOpen: z.boolean(),
  title: z.string(),
  service: z.string().nullable(),
  /** What its alerts have in common because they were gathered by it. */
  labels: z.record(z.string(), z.string()),
  since: z.number(),
  firing: z.number(),
  muted: z.number(),
  /** Services that are down because of it and page nobody themselves. */
  suffering: z.number(),
  alerts: z.array(Shown),
});
/** Why alerts page nobody: a silence, by its id, or what causes them. */
const Held = z.object({
  by: z.enum(["silence", "cause"]),
  id: z.string(),
  title: z.string(),
  alerts: z.number(),
});

/** What is wrong now, gathered by cause: groups that page first, then those that are muted. */
export const now = query(
  "alerts.now",
  z.object({}),
  z.object({
    firing: z.number(),
    /** Of those: so many page nobody. */
    muted: z.number(),
    /** Groups that page somebody, and those that page nobody; no more than a hundred in all are shown, and ten alerts of each. */
    loud: z.number(),
    quiet: z.number(),
    groups: z.array(ShownGroup),
    /** Why alerts are held back, what holds back the most first. */
    held: z.array(Held),
    silences: z.array(Silence),
  }),
  { about: "What is wrong now, gathered by cause, and what is silenced." },
);
