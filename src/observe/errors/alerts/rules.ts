import { WebhookSecret } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";

/** What may be told to the outside. */
export const occasions = [
  "new",
  "regressed",
  "spiked",
  "ramped",
  "calmed",
  "silent",
  "heard",
  "release",
  "job-failed",
  "job-recovered",
] as const;
export type Occasion = (typeof occasions)[number];

const Names = z.array(z.string().min(1).max(100)).max(100);

export const AlertRule = z
  .object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(1_000)
      .describe("Where to: a POST with JSON."),
    secret: WebhookSecret,
    on: z
      .array(z.enum(occasions))
      .min(1)
      .default(["new", "regressed", "spiked", "ramped", "silent", "release", "job-failed"])
      .describe("What to tell."),
    services: Names.optional().describe("Of these projects only."),
    environments: Names.optional().describe("Of errors first seen in these environments only."),
    levels: Names.optional().describe("Of these levels only, such as error and fatal."),
    giveUpAfter: Duration.prefault("1d").describe("What could not be delivered for so long goes."),
  })
  .strict();
export type AlertRule = z.infer<typeof AlertRule>;

/** What an alert is about; a project as a whole has no environment and no level. */
export type Told = {
  occasion: Occasion;
  project: string;
  environment?: string | undefined;
  level?: string | undefined;
};

const holds = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || value === undefined || wanted.includes(value);

export const matches = (rule: AlertRule, told: Told): boolean =>
  rule.on.includes(told.occasion) &&
  holds(rule.services, told.project) &&
  holds(rule.environments, told.environment) &&
  holds(rule.levels, told.level);
