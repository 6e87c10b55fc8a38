import { counter, event } from "#kernel/contract";
import * as z from "zod";
import { componentStatuses, impacts, incidentStages, maintenanceStages } from "./words.ts";

export const ComponentStatus = z.enum(componentStatuses);
export type ComponentStatus = z.infer<typeof ComponentStatus>;
export const IncidentStage = z.enum(incidentStages);
export type IncidentStage = z.infer<typeof IncidentStage>;
export const MaintenanceStage = z.enum(maintenanceStages);
export type MaintenanceStage = z.infer<typeof MaintenanceStage>;
export const Impact = z.enum(impacts);
export type Impact = z.infer<typeof Impact>;

/** Words in each language that somebody wrote them in; the first one stands in for the others. */
export const Words = z.record(z.string().regex(/^[a-z]{2}$/), z.string());
export type Words = z.infer<typeof Words>;
export const Title = z.string().trim().min(3).max(160);
export const Text = z.string().trim().min(1).max(5_000);
export const ThreadId = z
  .string()
  .regex(/^[a-z0-9]{12}$/, "A public incident has 12 letters or digits");
/** A test is on nobody's page, and reaches nobody but whoever asked for tests. */
export const Audience = z.enum(["everyone", "test"]);

/** One update, as a person wrote it. The first one of a thread opens it. */
export const Posted = z.object({
  thread: ThreadId,
  post: z.string(),
  /** Castor's own incident behind it. */
  incident: z.string().optional(),
  title: Words,
  stage: IncidentStage,
  impact: Impact,
  text: Words,
  /** What each named component is from now on. */
  components: z.record(z.string(), ComponentStatus),
  /** When the harm began, where that is known better than by the first update. */
  startedAt: z.number().optional(),
  audience: Audience,
});
export type Posted = z.infer<typeof Posted>;

const first = (words: Words): string => Object.values(words)[0] ?? "";
export const posted = event("status-page.posted", Posted, {
  says: ({ title, stage, audience, text }) =>
    `${audience === "test" ? "Test post" : "Status page"}: ${first(title)} is ${stage}: ${first(text)}`,
});

export const Planned = z.object({
  thread: ThreadId,
  title: Words,
  text: Words,
  components: z.array(z.string()),
  from: z.number(),
  to: z.number(),
  audience: Audience,
});
export type Planned = z.infer<typeof Planned>;
export const maintenancePlanned = event("status-page.maintenance-planned", Planned, {
  says: ({ title, from }) =>
    `Maintenance: ${first(title)}, from ${new Date(from).toISOString().slice(0, 16).replace("T", " ")} UTC`,
});
export const maintenanceMoved = event(
  "status-page.maintenance-moved",
  z.object({ thread: ThreadId, post: z.string(), to: MaintenanceStage, text: Words }),
  { says: ({ thread, to }) => `Maintenance ${thread} is ${to}` },
);
/** An update that should not have been: it leaves the page, the log keeps it. */
export const withdrawn = event(
  "status-page.withdrawn",
  z.object({ thread: ThreadId, reason: z.string() }),
  { says: ({ thread, reason }) => `${thread} was taken off the status page: ${reason}` },
);

/** From now on the page shows it; its days begin here. */
export const componentShown = event(
  "status-page.component-shown",
  z.object({ component: z.string() }),
  { says: ({ component }) => `The status page shows ${component}` },
);

const TargetName = z.string();
/** Told once when it begins, not at each try. */
export const publishingFailed = event(
  "status-page.publishing-failed",
  z.object({ target: TargetName, why: z.string() }),
  { says: ({ target, why }) => `The status page cannot be published to ${target}: ${why}` },
);
export const publishingRecovered = event(
  "status-page.publishing-recovered",
  z.object({ target: TargetName }),
  { says: ({ target }) => `The status page is published to ${target} again` },
);

/** All who wanted this news were told, or cannot be. Letters may still wait in the outbox. */
export const toldSubscribers = event(
  "status-page.told",
  z.object({
    post: z.string(),
    thread: ThreadId,
    total: z.number(),
    told: z.number(),
    failed: z.number(),
  }),
  {
    says: ({ told, total, failed }) =>
      `${told} of ${total} subscribers were told${failed > 0 ? `; ${failed} could not be` : ""}`,
  },
);

/** A webhook that failed for long is told nothing more until somebody there says yes again. */
export const hookPaused = event(
  "status-page.hook-paused",
  z.object({
    subscriber: z.string(),
    kind: z.enum(["webhook", "slack", "push", "email"]),
    failures: z.number(),
    since: z.number(),
    why: z.string(),
  }),
  {
    says: ({ kind, failures, why }) =>
      `A subscriber (${kind}) is told nothing more: it failed ${failures} times in a row, the last time because ${why}`,
  },
);

/** Messages to subscribers by way and by what became of them: `told`, `failed`. */
export const messages = counter("status-page.messages", "sum", ["kind", "outcome"], "messages");
/** What people did about being told: `asked`, `not-again`, `confirmed`, `ended`, `paused`. */
export const signUps = counter("status-page.sign-ups", "sum", ["kind", "outcome"], "people");

export const pageFacts = [
  componentShown,
  posted,
  maintenancePlanned,
  maintenanceMoved,
  withdrawn,
] as const;
