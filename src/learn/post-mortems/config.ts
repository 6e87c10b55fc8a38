import { Duration } from "#kernel";
import * as z from "zod";
import { Severity } from "../../respond/incidents/contract.ts";
import { SectionId } from "./contract.ts";
import { type Template, templates } from "./templates.ts";

const dayMs = 86_400_000;
const sectionsMax = 40;
const Own = z
  .object({
    about: z.string().max(200).default("").describe("When to take it."),
    sections: z
      .array(
        z
          .object({
            id: SectionId,
            title: z.string().min(1).max(120),
            hint: z.string().max(500).default("").describe("What it asks of whoever writes."),
          })
          .strict(),
      )
      .min(1)
      .max(sectionsMax),
  })
  .strict();

export const Config = z
  .object({
    due: z
      .partialRecord(Severity, Duration)
      .prefault({ sev1: "3d", sev2: "7d", sev3: "14d" })
      .describe(
        "How long after the end of an incident its post-mortem is to be published. A severity that is not named has no date.",
      ),
    template: z
      .string()
      .default("castor")
      .describe(`What drafts follow: ${Object.keys(templates).join(", ")}, or one's own.`),
    templates: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'Use small letters and "-"'), Own)
      .default({})
      .describe("Forms of one's own, each by a name."),
    remindBefore: Duration.prefault("1d").describe("The owner hears of a date so long before."),
    remindEvery: Duration.prefault("3d").describe("And again so often while it is overdue."),
    objective: z
      .number()
      .min(0.5)
      .max(0.999_99)
      .default(0.999)
      .describe("Share of requests that is to succeed over 30 days; the exam compares with it."),
    liveEnvironments: z
      .array(z.string().min(1).max(64))
      .max(20)
      .default(["production", "prod", "live"])
      .describe("A deploy there closes the actions that it names."),
    reviewByAnother: z
      .boolean()
      .default(false)
      .describe("Whoever asks for a review may not give it."),
  })
  .strict();
export type Config = z.infer<typeof Config>;

export const allTemplates = (config: Config): Readonly<Record<string, Template>> => ({
  ...templates,
  ...config.templates,
});
/** Of a template whose name is in no list, Castor's own. */
export const templateOf = (config: Config, name: string): Template | undefined =>
  allTemplates(config)[name];

export const budgetMs = 30 * dayMs;
