import { query } from "#kernel/contract";
import * as z from "zod";
import { IssueId } from "./names.ts";
import { ofIssue, ProjectName, Resolution, Snooze, states } from "./facts.ts";

export const Issue = z.object({
  id: IssueId,
  project: z.string(),
  type: z.string(),
  value: z.string(),
  culprit: z.string(),
  level: z.string(),
  platform: z.string(),
  handled: z.boolean(),
  state: z.enum(states),
  assignee: z.string().optional(),
  link: z.string().optional(),
  resolution: Resolution.optional(),
  snooze: Snooze.optional(),
  firstAt: z.number(),
  lastAt: z.number(),
  firstRelease: z.string().optional(),
  lastRelease: z.string().optional(),
  events: z.number(),
  users: z.number(),
  /** Events over the `span` that was asked for, the newest last. */
  graph: z.array(z.number()),
});
export type Issue = z.infer<typeof Issue>;

/** What a graph in a list shows: an hour, twelve hours or three days to a bar. */
export const spans = {
  "24h": { hours: 24, hoursInBar: 1 },
  "14d": { hours: 336, hoursInBar: 12 },
  "90d": { hours: 2_160, hoursInBar: 72 },
} as const;
export type Span = keyof typeof spans;

const Page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
};

export const issues = query(
  "errors.issues",
  z.object({
    project: ProjectName.optional(),
    state: z
      .enum([...states, "open"])
      .default("open")
      .describe("`open` is what nobody decided on yet."),
    assignee: z.string().max(200).optional(),
    environment: z.string().max(64).optional(),
    release: z.string().max(250).optional(),
    search: z
      .string()
      .max(500)
      .default("")
      .describe("Words of messages, frames, tags and breadcrumbs."),
    sort: z.enum(["last", "first", "events"]).default("last"),
    span: z.enum(["24h", "14d", "90d"]).default("24h").describe("What the graphs show."),
    ...Page,
  }),
  z.object({ issues: z.array(Issue), total: z.number() }),
  { about: "The errors of all projects, filtered, searched and sorted." },
);

const Count = z.object({ value: z.string(), events: z.number() });
export const issue = query(
  "errors.issue",
  ofIssue.extend({ hours: z.coerce.number().int().min(24).max(2_160).default(336) }),
  z.object({
    issue: Issue,
    /** Of a resolved one: how likely it is gone, by how long it would have been quiet anyway (0 to 1). */
    fixed: z.number().optional(),
    /** Events by hour, the newest last. */
    history: z.array(z.number()),
    tags: z.array(z.object({ name: z.string(), values: z.array(Count) })),
    /** The ways in which it happens; each may be split off. */
    variants: z.array(
      z.object({
        exact: z.string(),
        why: z.string(),
        culprit: z.string(),
        events: z.number(),
        firstAt: z.number(),
        lastAt: z.number(),
      }),
    ),
    releases: z.array(z.object({ release: z.string(), firstAt: z.number(), events: z.number() })),
    feedback: z.array(
      z.object({ at: z.number(), name: z.string(), email: z.string(), message: z.string() }),
    ),
  }),
  { about: "One error: how often, since when, for whom, and in which ways." },
);

const Kept = z.object({
  event: z.string(),
  at: z.number(),
  release: z.string().optional(),
  environment: z.string().optional(),
  user: z.string().optional(),
  title: z.string(),
});
export const events = query(
  "errors.events",
  ofIssue.extend(Page),
  z.object({ events: z.array(Kept) }),
  { about: "The occurrences of an error that are kept, the newest first.", allow: "responder" },
);

const Frame = z.object({
  file: z.string(),
  name: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  inApp: z.boolean(),
  context: z.string().optional(),
  before: z.array(z.string()),
  after: z.array(z.string()),
  variables: z.array(z.tuple([z.string(), z.string()])),
});
export const occurrence = query(
  "errors.event",
  z.object({
    issue: IssueId,
    event: z
      .string()
      .regex(/^(first|last|rare|[0-9a-f]{32})$/, "Write first, last, rare, or an event's id")
      .default("last"),
  }),
  Kept.extend({
    received: z.number(),
    exceptions: z.array(
      z.object({
        type: z.string(),
        value: z.string(),
        handled: z.boolean().optional(),
        frames: z.array(Frame),
      }),
    ),
    message: z.string().optional(),
    tags: z.array(z.tuple([z.string(), z.string()])),
    breadcrumbs: z.array(
      z.object({
        at: z.number().optional(),
        category: z.string(),
        level: z.string(),
        message: z.string(),
      }),
    ),
    /** Request, user, contexts and extra, as sent and scrubbed. */
    more: z.record(z.string(), z.unknown()),
    scrubbed: z.array(z.object({ path: z.string(), why: z.string() })),
    /** Each is at `/api/errors.attachment?id=`. */
    attachments: z.array(
      z.object({ id: z.number(), name: z.string(), type: z.string(), bytes: z.number() }),
    ),
  }),
  {
    about: "One occurrence whole: stacks, breadcrumbs, request, what was scrubbed.",
    allow: "responder",
  },
);

export const projects = query(
  "errors.projects",
  z.object({}),
  z.object({
    projects: z.array(
      z.object({
        project: z.string(),
        number: z.number(),
        service: z.string().optional(),
        dsn: z.string(),
        tunnel: z.string(),
        open: z.number(),
        events24h: z.number(),
      }),
    ),
  }),
  { about: "The projects, each with the DSN that its SDKs are set to." },
);

export const releaseHealth = query(
  "errors.release-health",
  z.object({ project: ProjectName, hours: z.coerce.number().int().min(1).max(2_160).default(24) }),
  z.object({
    releases: z.array(
      z.object({
        release: z.string(),
        environment: z.string(),
        sessions: z.number(),
        errored: z.number(),
        crashed: z.number(),
        crashFree: z.number().nullable(),
      }),
    ),
  }),
  { about: "Sessions by release, and the share of them that did not crash." },
);

export const trackers = query(
  "errors.trackers",
  z.object({}),
  z.object({
    trackers: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(["github", "gitlab", "forgejo", "webhook"]),
        where: z.string(),
        services: z.array(z.string()).optional(),
      }),
    ),
  }),
  { about: "Where errors may be filed." },
);
