import { order, problem, query } from "#kernel/contract";
import * as z from "zod";
import {
  ComponentStatus,
  Impact,
  IncidentStage,
  MaintenanceStage,
  ThreadId,
  Words,
} from "./facts.ts";

export const unknownThread = problem(
  "status-page.unknown-thread",
  404,
  "There is no such public incident",
);
export const unknownComponent = problem(
  "status-page.unknown-component",
  422,
  "The page has no such component",
);
export const threadOver = problem("status-page.thread-over", 409, "What is over is not updated");
export const noTarget = problem("status-page.no-target", 409, "There is nowhere to publish to");
export const notPublished = problem(
  "status-page.not-published",
  502,
  "The page was not published everywhere",
);
export const notATest = problem("status-page.not-a-test", 409, "This is read by everybody");
export const unknownSubscriber = problem(
  "status-page.unknown-subscriber",
  404,
  "Nobody subscribes with that address",
);
export const notFound = problem("status-page.not-found", 404, "The status page has nothing there");
export const notThen = problem("status-page.not-then", 422, "The maintenance cannot be then");

const Millis = z.number();
export const Update = z.object({
  post: z.string(),
  stage: z.union([IncidentStage, MaintenanceStage]),
  text: Words,
  at: Millis,
  /** What each component was before and after. */
  changes: z.array(z.object({ component: z.string(), from: ComponentStatus, to: ComponentStatus })),
});
export type Update = z.infer<typeof Update>;
const thread = {
  thread: ThreadId,
  title: Words,
  components: z.array(z.string()),
  createdAt: Millis,
  updatedAt: Millis,
  resolvedAt: Millis.nullable(),
  monitoringAt: Millis.nullable(),
  /** The newest first. */
  updates: z.array(Update),
};
export const PublicIncident = z.object({
  ...thread,
  incident: z.string().optional(),
  stage: IncidentStage,
  impact: Impact,
  startedAt: Millis,
});
export type PublicIncident = z.infer<typeof PublicIncident>;
export const Maintenance = z.object({
  ...thread,
  stage: MaintenanceStage,
  from: Millis,
  to: Millis,
});
export type Maintenance = z.infer<typeof Maintenance>;

/** A day of a component: null where Castor was not there to see. */
export const Day = z.object({
  /** `2026-11-22` by the page's zone. */
  day: z.string(),
  worst: ComponentStatus.nullable(),
  /** Milliseconds that it was posted as degraded, partly and wholly out. */
  degradedMs: z.number(),
  partialMs: z.number(),
  majorMs: z.number(),
  /** Share of the gateway's requests that failed; null without requests. */
  failedShare: z.number().nullable(),
});
export type Day = z.infer<typeof Day>;
export const Component = z.object({
  id: z.string(),
  name: Words,
  description: Words.nullable(),
  group: z.string().nullable(),
  service: z.string().nullable(),
  status: z.union([ComponentStatus, z.literal("under_maintenance")]),
  createdAt: Millis,
  updatedAt: Millis,
  days: z.array(Day),
  /** Of the time that was seen, how much it worked: a part outage counts for 30 % of its time. */
  uptime: z.number().nullable(),
});
export type Component = z.infer<typeof Component>;

const SubscriberKind = z.enum(["email", "webhook", "slack", "push"]);

/** All that a status page shows; every form of it is made from this alone. */
export const Picture = z.object({
  at: Millis,
  page: z.object({
    id: z.string(),
    title: z.string(),
    url: z.string(),
    zone: z.string(),
    languages: z.array(z.string()),
    updatedAt: Millis,
    /** After so many minutes without a word from Castor the page says that it is old. */
    oldMinutes: z.number(),
    /** Where people ask to be told, and how they may be; null where nobody can. */
    subscribe: z.object({ address: z.string(), kinds: z.array(SubscriberKind) }).nullable(),
    colour: z.string().nullable(),
    home: z.string().nullable(),
  }),
  components: z.array(Component),
  groups: z.array(z.object({ id: z.string(), name: Words })),
  incidents: z.array(PublicIncident),
  maintenances: z.array(Maintenance),
});
export type Picture = z.infer<typeof Picture>;

export const now = query("status-page.now", z.object({}), Picture, {
  about: "The status page as it is shown: components with 90 days, public incidents, maintenance.",
});
/** Where the page lives besides here, and how that goes. */
export const Published = z.object({
  target: z.string(),
  kind: z.string(),
  /** Where that is, for people; holds no secret. */
  where: z.string(),
  publishedAt: Millis.nullable(),
  triedAt: Millis.nullable(),
  tookMs: z.number().nullable(),
  /** What the last publication sent. */
  files: z.number(),
  bytes: z.number(),
  failing: z.object({ since: Millis, why: z.string(), retryAt: Millis.nullable() }).nullable(),
});
export type Published = z.infer<typeof Published>;
export const targets = query(
  "status-page.targets",
  z.object({}),
  z.object({ everyMs: z.number(), targets: z.array(Published) }),
  { about: "Where the page is published, when last, and what fails." },
);
export const Sending = z.object({
  post: z.string(),
  thread: z.string(),
  /** What it says, in the page's first language. */
  headline: z.string(),
  madeAt: Millis,
  endedAt: Millis.nullable(),
  total: z.number(),
  told: z.number(),
  failed: z.number(),
  waiting: z.number(),
  /** Letters of it that the mail server has not taken yet. */
  inOutbox: z.number(),
});
export type Sending = z.infer<typeof Sending>;
export const subscribers = query(
  "status-page.subscribers",
  z.object({}),
  z.object({
    canSubscribe: z.boolean(),
    kinds: z.array(
      z.object({
        kind: SubscriberKind,
        confirmed: z.number(),
        pending: z.number(),
        paused: z.number(),
      }),
    ),
    /** Who failed for so long that they are told nothing more, the newest ten. */
    paused: z.array(z.object({ kind: SubscriberKind, at: Millis, why: z.string() })),
    testers: z.number(),
    sendings: z.array(Sending).describe("The newest twenty, with how far each is."),
  }),
  { about: "How many subscribe and how, and how far news on their way are; no address." },
);
export const words = query(
  "status-page.words",
  z.object({ language: z.string().max(10).default("en") }),
  z.record(z.string(), z.unknown()),
  {
    about:
      "What the page and its letters say by themselves in a language; with `--json`, the beginning of a file for `status-page.phrases`.",
  },
);
const Draft = z.object({
  title: Words,
  text: Words,
  stage: IncidentStage,
  impact: Impact,
  components: z.record(z.string(), ComponentStatus),
  thread: ThreadId.nullable(),
});
export const draft = query(
  "status-page.draft",
  z.object({ incident: z.string() }),
  z.object({ draft: Draft.nullable() }),
  { about: "What the facts of an incident would say to the public; a person sends it or not." },
);
/** How other capabilities post: `text` in the page's languages. */
export const postOrder = order<{
  incident?: string;
  title?: Words;
  stage: z.infer<typeof IncidentStage>;
  text: Words;
}>("status-page.post");
