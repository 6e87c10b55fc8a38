import { Bytes, Duration } from "#kernel/contract";
import * as z from "zod";
import { AlertRule } from "./alerts/rules.ts";
import { ReportMail } from "./report/schedule.ts";
import { Tracker } from "./trackers/tracker.ts";
import { FalsePagesPerWeek, Key, ProjectName } from "./contract.ts";

const Names = z.array(z.string().min(1).max(100)).max(200);
const Pattern = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => {
    try {
      return !new RegExp(text).test("");
    } catch {
      return false;
    }
  }, "Write a regular expression that does not match the empty text");

const Scrub = z
  .object({
    keys: Names.default([]).describe("Names whose values are taken out too, in any case."),
    keepKeys: Names.default([]).describe("Names that only look secret here."),
    patterns: z
      .array(Pattern)
      .max(50)
      .default([])
      .describe("Regular expressions of what is taken out of texts."),
    variables: z
      .enum(["keep", "drop"])
      .default("keep")
      .describe("Local variables of frames: kept, scrubbed like all else, or dropped."),
    addresses: z
      .enum(["keep", "drop"])
      .default("drop")
      .describe("The address of the user, which tells people apart that have no id."),
  })
  .strict();

const Owner = z
  .object({
    path: z
      .string()
      .min(1)
      .max(300)
      .describe(
        "Of a source file, as in a CODEOWNERS file: `billing/**`, `/src/cart/*.ts`, `*.sql`.",
      ),
    owner: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe("A person by their e-mail, or the name of a team."),
    services: Names.optional().describe("Of errors of these projects only."),
  })
  .strict();

const ProjectConfig = z
  .object({
    key: Key.optional().describe(
      "The public key of a DSN that is in use already; read when the project is made.",
    ),
    eventsPerMinuteMax: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("More than that are turned away, and SDKs are told to wait."),
    scrub: Scrub.prefault({}),
  })
  .strict();

const SourceMaps = z
  .object({
    storageMax: Bytes.prefault("2GB").describe(
      "Of all maps, packed; beyond it those not used for longest go first.",
    ),
    keep: Duration.prefault("180d").describe("Maps that no error needed for so long go."),
    bundleMax: Bytes.prefault("100MB").describe("The largest upload, as sent."),
    mapMax: Bytes.prefault("32MB").describe("The largest single map."),
  })
  .strict();

export const Config = z
  .object({
    projects: z
      .record(ProjectName, ProjectConfig)
      .default({})
      .describe("What is special about a project; each service has one by itself."),
    eventsPerMinuteMax: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(60_000)
      .describe("Of one project, unless it says otherwise."),
    newIssuesPerHourMax: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(300)
      .describe("Of one project; what is new beyond that is one issue together."),
    alerts: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "Use small letters, digits and -"),
        AlertRule,
      )
      .default({})
      .describe("Webhooks, each by a name: who is told of what."),
    spikes: z
      .object({
        falsePagesPerWeek: FalsePagesPerWeek.default(0.1).describe(
          "How many false alarms a week are borne, over all errors: 0.1 is one in ten weeks. More of it sees smaller spikes.",
        ),
      })
      .strict()
      .prefault({}),
    owners: z
      .array(Owner)
      .max(200)
      .default([])
      .describe("Whose a new error is, by where it was thrown; the last rule that fits decides."),
    report: ReportMail.prefault({}),
    trackers: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "Use small letters, digits and -"),
        Tracker,
      )
      .default({})
      .describe("Where errors may be filed, each by a name."),
    releases: z
      .object({
        newIssues: z
          .number()
          .int()
          .min(1)
          .max(1_000)
          .default(5)
          .describe("A release that brings so many errors nobody had seen is told of, once."),
        within: Duration.prefault("1d").describe("Counted for so long after its first one."),
      })
      .strict()
      .prefault({}),
    storageMax: Bytes.prefault("5GB").describe(
      "Of kept occurrences; beyond it those that say least go first, never the first or last of an issue.",
    ),
    keep: Duration.prefault("90d").describe("Older occurrences go; their counts stay."),
    bodyMax: Bytes.prefault("20MB").describe("The largest request, as sent."),
    decodedMax: Bytes.prefault("30MB").describe("The largest request, decompressed."),
    eventMax: Bytes.prefault("1MB").describe("The largest event in it."),
    sourceMaps: SourceMaps.prefault({}),
    attachmentMax: Bytes.prefault("1MB").describe("The largest file beside an event that is kept."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
