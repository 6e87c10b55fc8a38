import { event } from "#kernel/contract";
import * as z from "zod";
import { Before } from "./before.ts";

/** The mildest first. */
export const severities = ["info", "warning", "error", "critical"] as const;
export type Severity = (typeof severities)[number];

const Sample = z.object({
  fingerprint: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.number(),
});

/** One group of alerts as it is told to people: one cause, one thread. */
export const GroupTold = z.object({
  group: z.string(),
  key: z.string(),
  receiver: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  service: z.string().nullable(),
  firing: z.number(),
  resolved: z.number(),
  since: z.number(),
  /** Services that suffer from it and page nobody themselves. */
  impact: z.array(z.string()),
  alerts: z.array(Sample),
  /** What was different just before it began; of what is opened while little else is. */
  before: Before.optional(),
  why: z.enum(["new", "reopened", "grew", "worse", "shrank", "repeat", "resolved", "muted"]),
  /** Worth knowing, not worth waking anybody. */
  quiet: z.boolean(),
});
export type GroupTold = z.infer<typeof GroupTold>;

const counted = ({ firing }: GroupTold): string =>
  firing === 1 ? "one alert" : `${firing} alerts`;
export const groupOpened = event("alerts.group-opened", GroupTold, {
  says: (of) => `${of.title} (${of.severity}, ${counted(of)})`,
});
export const groupChanged = event("alerts.group-changed", GroupTold, {
  says: (of) => `${of.title}: now ${of.severity} with ${counted(of)}`,
});
export const groupClosed = event("alerts.group-closed", GroupTold, {
  says: ({ title, why }) =>
    why === "resolved" ? `${title}: over` : `${title}: goes on, but is silenced`,
});
