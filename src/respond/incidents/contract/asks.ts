import { Actor, order, problem, query } from "#kernel/contract";
import * as z from "zod";
import { Graph, IncidentId, Origin, Role, Severity, Stage } from "./facts.ts";

export const unknownIncident = problem("incidents.unknown", 404, "There is no such incident");
export const wrongStage = problem(
  "incidents.wrong-stage",
  409,
  "The incident is not where this can follow",
);
export const notThen = problem("incidents.not-then", 422, "These times do not fit together");
export const unknownItem = problem("incidents.unknown-item", 404, "There is nothing of that name");
export const channelFailed = problem("incidents.channel-failed", 502, "No channel was made");
export const pictureRefused = problem("incidents.picture-refused", 422, "Not this picture");
export const noPerson = problem("incidents.no-person", 422, "This needs somebody with an account");

const Time = z.number().nullable();
/** Each its own moment: the lengths between them are what is measured afterwards. Milliseconds since 1970. */
export const Times = z.object({
  started: z.number(),
  detected: z.number(),
  declared: z.number(),
  acknowledged: Time,
  mitigated: Time,
  resolved: Time,
  reviewed: Time,
});
export type Times = z.infer<typeof Times>;

export const Incident = z.object({
  incident: IncidentId,
  title: z.string(),
  severity: Severity,
  stage: Stage,
  services: z.array(z.string()),
  origin: Origin,
  times: Times,
  /** By the ids of their accounts, as people in tasks are. */
  roles: z.partialRecord(Role, z.string()),
  ticked: z.array(z.string()),
  tasks: z.array(
    z.object({
      task: z.string(),
      says: z.string(),
      person: z.string().optional(),
      doneAt: Time,
    }),
  ),
  /** When the next update is promised. */
  updateDue: Time,
  mergedInto: IncidentId.optional(),
  parent: IncidentId.optional(),
  children: z.array(IncidentId),
  /** Where people chat about it. */
  channel: z.string().optional(),
});
export type Incident = z.infer<typeof Incident>;

export const all = query(
  "incidents.all",
  z.object({
    open: z.boolean().optional().describe("Only those that are not over."),
    service: z.string().optional().describe("Only those about this service."),
    limit: z.number().int().min(1).max(1_000).default(100),
  }),
  z.object({ at: z.number(), incidents: z.array(Incident), more: z.boolean() }),
  { about: "Incidents, newest first, with where each stands and how long each part took." },
);
export const one = query(
  "incidents.one",
  z.object({ incident: IncidentId }),
  z.object({
    at: z.number(),
    incident: Incident.nullable(),
    /** Where people talk, as the configuration says. */
    callLink: z.string().nullable(),
    /** Whether a channel can be made. */
    hasChat: z.boolean(),
    /** Those that are one with it. */
    oneWith: z.array(IncidentId),
    /** The names of the alerts that belong to it, and their labels. */
    alerts: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  }),
  { about: "One incident whole." },
);

/** One thing that happened, with the fact that proves it. */
export const Row = z.object({
  position: z.number(),
  at: z.number(),
  says: z.string(),
  type: z.string(),
  by: Actor,
  kind: z.enum(["change", "sign", "page", "person", "status"]),
  /** Where the evidence opens in the console. */
  link: z.string(),
  note: z.string().optional(),
  /** The writer's own name for a note, by which it is taken away. */
  noteId: z.string().optional(),
  /** It was a note, and is gone. */
  isTakenAway: z.literal(true).optional(),
  /** Whom it is about, by the ids of their accounts. */
  person: z.string().optional(),
  /** A graph that was pinned. */
  graph: Graph.optional(),
});
export type Row = z.infer<typeof Row>;
export const here = query(
  "incidents.here",
  z.object({ incident: IncidentId }),
  z.object({ people: z.array(z.string()) }),
  { about: "Who is in the room of an incident right now, by the ids of their accounts." },
);
export const timelineOf = query(
  "incidents.timeline",
  z.object({
    incident: IncidentId,
    beforeMs: z.number().int().min(0).max(86_400_000).default(900_000),
  }),
  z.object({ at: z.number(), rows: z.array(Row), isCut: z.boolean() }),
  {
    about:
      "What happened, oldest first, from a while before the harm began: every row is a fact of the log.",
  },
);

const Share = z.object({ service: z.string(), requests: z.number(), failed: z.number() });
export const impactOf = query(
  "incidents.impact",
  z.object({ incident: IncidentId }),
  z.object({
    from: z.number(),
    to: z.number(),
    /** By the gateway's counters; a request that failed was answered with 5xx. */
    services: z.array(
      Share.extend({
        visitors: z.number().nullable(),
        /** Those that fail most, the worst first. */
        routes: z.array(z.object({ route: z.string(), requests: z.number(), failed: z.number() })),
      }),
    ),
  }),
  { about: "What people felt of it: requests, how many failed, and how many people came." },
);

/** How other capabilities declare: what has the same origin is declared once. */
export const declareOrder = order<{
  title: string;
  severity: z.infer<typeof Severity>;
  services?: string[];
  origin?: z.infer<typeof Origin>;
  startedAt?: number;
  detectedAt?: number;
}>("incidents.declare");
/** How other capabilities say where an incident stands. */
export const statusOrder = order<{ incident: string; to: Stage; says?: string }>(
  "incidents.status",
);
