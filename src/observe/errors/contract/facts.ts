import { counter, event, problem } from "#kernel/contract";
import * as z from "zod";
import { IssueId } from "./names.ts";
import { Evidence, inFigures } from "./spikes.ts";

export const ProjectName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'Use small letters, digits and "-", and begin with a letter');
/** Whatever people call a release, in one line: events have no others (`event/json.ts`). */
export const Release = z
  .string()
  .trim()
  .min(1)
  .max(250)
  .regex(
    /^[^\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]*$/u,
    "Write it without control characters",
  );
/** The public key of a DSN: it lets in what is sent, and shows nothing. */
export const Key = z.string().regex(/^[0-9a-f]{32}$/, "A key is 32 hexadecimal digits");

export const ofIssue = z.object({ issue: IssueId });
const inWords = ({ issue }: { issue: string }): string => `Error ${issue}`;

export const projectCreated = event(
  "errors.project-created",
  z.object({
    project: ProjectName,
    number: z.number().int(),
    key: Key,
    service: z.string().optional(),
  }),
  { says: ({ project, number }) => `Errors of ${project} have an inbox: project ${number}` },
);
/** From now on the inbox's own process runs; before, nobody had anything to send. */
export const inboxOpened = event("errors.opened", z.object({ why: z.string() }), {
  says: ({ why }) => `The error inbox is open: ${why}`,
});
/** The value is without what differs each time, so without personal data. */
export const issueCreated = event(
  "errors.created",
  ofIssue.extend({
    project: ProjectName,
    type: z.string(),
    value: z.string(),
    culprit: z.string(),
    level: z.string(),
    platform: z.string(),
    near: z.string(),
    at: z.number(),
    release: z.string().optional(),
    environment: z.string().optional(),
  }),
  {
    says: ({ issue, type, value, project }) =>
      `A new error in ${project}, ${issue}: ${type}${value ? `: ${value}` : ""}`,
  },
);
export const issueRegressed = event(
  "errors.regressed",
  ofIssue.extend({ release: z.string().optional(), at: z.number() }),
  {
    says: (d) =>
      `${inWords(d)} is back${d.release ? ` in ${d.release}` : ""} although it was resolved`,
  },
);
/** Far more of it than what was before can explain: the evidence says how much more. */
export const issueSpiked = event("errors.spiked", ofIssue.extend({ evidence: Evidence }), {
  says: (d) => `${inWords(d)} spikes: ${inFigures(d.evidence)}`,
});
/** It grew too slowly for any one hour to give it away. */
export const issueRamped = event("errors.ramped", ofIssue.extend({ evidence: Evidence }), {
  says: (d) => `${inWords(d)} grows slowly: ${inFigures(d.evidence)}`,
});
export const issueCalmed = event(
  "errors.calmed",
  ofIssue.extend({ at: z.number(), lastedMs: z.number() }),
  {
    says: (d) =>
      `${inWords(d)} is as rare as before again, after ${Math.round(d.lastedMs / 60_000)} minutes`,
  },
);
export const issueWoke = event("errors.woke", ofIssue.extend({ why: z.string() }), {
  says: (d) => `${inWords(d)} is no longer snoozed: ${d.why}`,
});
export const Resolution = z.discriminatedUnion("how", [
  z.object({ how: z.literal("now") }),
  /** Seen again in this release or a later one, it is back. */
  z.object({ how: z.literal("release"), release: Release }),
  /** Seen again in a release that is not known yet, it is back. */
  z.object({ how: z.literal("next-release") }),
]);
export type Resolution = z.infer<typeof Resolution>;
export const issueResolved = event(
  "errors.resolved",
  ofIssue.extend({ resolution: Resolution, at: z.number() }),
  {
    says: (d) =>
      `${inWords(d)} is resolved${d.resolution.how === "release" ? ` in ${d.resolution.release}` : d.resolution.how === "next-release" ? " in the next release" : ""}`,
  },
);
export const issueReopened = event("errors.reopened", ofIssue, {
  says: (d) => `${inWords(d)} is open again`,
});
export const issueIgnored = event("errors.ignored", ofIssue, {
  says: (d) => `${inWords(d)} is ignored`,
});
/** Until whichever comes first. Counts are those from the snooze on. */
export const Snooze = z
  .object({
    until: z.number().optional(),
    events: z.number().int().min(1).optional(),
    users: z.number().int().min(1).optional(),
    perHour: z.number().int().min(1).optional(),
  })
  .refine((given) => Object.values(given).some((each) => each !== undefined), {
    message: "Say until when: a time, so many events, users, or events in an hour",
  });
export type Snooze = z.infer<typeof Snooze>;
export const issueSnoozed = event(
  "errors.snoozed",
  ofIssue.extend({ snooze: Snooze, at: z.number() }),
  { says: (d) => `${inWords(d)} is snoozed` },
);
export const issueAssigned = event(
  "errors.assigned",
  ofIssue.extend({ to: z.string().optional() }),
  {
    says: (d) => (d.to ? `${inWords(d)} is ${d.to}'s` : `${inWords(d)} is nobody's`),
  },
);
export const issueFiled = event("errors.filed", ofIssue.extend({ link: z.string() }), {
  says: (d) => `${inWords(d)} is filed at ${d.link}`,
});
export const issueMerged = event(
  "errors.merged",
  ofIssue.extend({ into: IssueId, move: z.string() }),
  { says: (d) => `${inWords(d)} is one with ${d.into}` },
);
export const issueSplit = event(
  "errors.split",
  ofIssue.extend({ variants: z.array(z.string()), to: IssueId }),
  {
    says: (d) =>
      `${d.variants.length} of the ways of ${d.issue} are an error of their own: ${d.to}`,
  },
);
export const issueUndone = event(
  "errors.undone",
  ofIssue.extend({ what: z.string(), move: z.string().optional() }),
  { says: (d) => `${inWords(d)}: ${d.what.replace("errors.", "")} was undone` },
);
/** Every fact about one issue, on the stream `errors/issues/<issue>`. */
export const issueFacts = [
  issueCreated,
  issueRegressed,
  issueSpiked,
  issueRamped,
  issueCalmed,
  issueWoke,
  issueResolved,
  issueReopened,
  issueIgnored,
  issueSnoozed,
  issueAssigned,
  issueFiled,
  issueMerged,
  issueSplit,
  issueUndone,
] as const;

export const unknownIssue = problem("errors.unknown-issue", 404, "There is no such error");
export const unknownProject = problem("errors.unknown-project", 404, "There is no such project");
export const notNow = problem("errors.not-now", 409, "That cannot be done in this state");
export const nothingToUndo = problem("errors.nothing-to-undo", 409, "There is nothing to undo");
export const intakeAway = problem(
  "errors.intake-away",
  503,
  "The error inbox is not there right now",
);

export const unknownAttachment = problem(
  "errors.unknown-attachment",
  404,
  "There is no such attachment",
);
export const unknownTracker = problem("errors.unknown-tracker", 404, "There is no such tracker");
export const trackerFailed = problem("errors.tracker-failed", 502, "The tracker did not take it");

/** What came in, by what became of it: kept, counted (of a kind that is not kept), refused, over-quota, duplicate. */
export const items = counter("errors.items", "sum", ["project", "category", "outcome"], "items");
/** What SDKs say they lost on the way: a floor. */
export const lost = counter("errors.lost", "sum", ["project", "reason", "category"], "items");

export const states = [
  "new",
  "ongoing",
  "regressed",
  "escalating",
  "resolved",
  "ignored",
  "snoozed",
  "merged",
] as const;
export type IssueState = (typeof states)[number];
