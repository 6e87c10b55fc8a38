import { counter, event, order, problem, query } from "#kernel/contract";
import * as z from "zod";

/**
 * What a room does now. `off` lets everybody pass and counts nobody; `when-full` lets people pass until one of the two
 * numbers is reached; `everyone` lets all of them queue first; `before-event` lets nobody in until the event starts.
 */
export const Mode = z.enum(["off", "when-full", "everyone", "before-event"]);
export type Mode = z.infer<typeof Mode>;

const PerGroup = z.object({
  since: z.number(),
  admitted: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
});
/** The proof of fairness: how long each group waited, and whether anyone overtook an earlier one who was there. */
export const Audit = z.object({
  room: z.string(),
  /** What is told began then: with control, or with the line. */
  from: z.number(),
  admitted: z.number(),
  inversions: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
  groups: z.array(PerGroup),
});
export type Audit = z.infer<typeof Audit>;

const EventNow = z.object({
  name: z.string(),
  startsAt: z.number(),
  endsAt: z.number(),
  preQueueAt: z.number(),
  shuffles: z.boolean(),
});
export type EventNow = z.infer<typeof EventNow>;

export const HubStatus = z.object({
  mode: Mode,
  active: z.number(),
  /** Places given to people who have not come for them yet, and places lent to workers. */
  reserved: z.number(),
  waiting: z.number(),
  enteredLastMinute: z.number(),
  isSettling: z.boolean(),
  pacePerMinute: z.number(),
  /** What the last one in line is told. */
  longestWaitMs: z.number().nullable(),
  workers: z.array(z.object({ worker: z.string(), heardAt: z.number(), lent: z.number() })),
});
export type HubStatus = z.infer<typeof HubStatus>;

/** Who came in: `walked-in`, or from the `queue`. */
export const admitted = counter("waiting-room.admitted", "sum", ["room", "how"], "people");
/** Requests that were not let in: `waiting`, `unsafe`, `upgrade`, `full`; and passes that were `forged` or `replayed`. */
export const refused = counter("waiting-room.refused", "sum", ["room", "why"], "requests");
/** How long people waited who came in from the queue, from the beginning of the window in which they came. */
export const waited = counter("waiting-room.waited", "quantiles", ["room"], "ms");
/** How many people there are: `active` or `waiting`, looked at each second. */
export const people = counter("waiting-room.people", "quantiles", ["room", "what"], "people");

const Numbers = z.object({ activeMax: z.number(), newPerMinute: z.number() });
/** Somebody opened a room: it holds back those who are too many, or everyone. */
export const opened = event(
  "waiting-room.opened",
  z.object({
    room: z.string(),
    everyone: z.boolean(),
    reason: z.string(),
    startedAt: z.number(),
    endsAt: z.number().optional(),
  }),
  {
    isChange: true,
    says: (d) =>
      `Waiting room ${d.room} is open${d.everyone ? ": everybody queues" : ""}: ${d.reason}`,
  },
);
/** Somebody closed a room: everybody passes. */
export const closed = event(
  "waiting-room.closed",
  z.object({
    room: z.string(),
    reason: z.string(),
    startedAt: z.number(),
    endsAt: z.number().optional(),
    /** False for a room that is closed anyway, unless somebody opens it or an event begins. */
    isOverride: z.boolean(),
  }),
  {
    isChange: true,
    says: (d) => `Waiting room ${d.room} is closed, everybody passes: ${d.reason}`,
  },
);
/** The room follows its configuration again. */
export const released = event(
  "waiting-room.released",
  z.object({ room: z.string(), why: z.enum(["asked", "time"]) }),
  {
    says: (d) =>
      `Waiting room ${d.room} follows its configuration again${d.why === "time" ? ": the time is over" : ""}`,
  },
);
export const numbersChanged = event(
  "waiting-room.numbers-changed",
  Numbers.extend({
    room: z.string(),
    reason: z.string(),
    before: Numbers.optional(),
    endsAt: z.number().optional(),
    /** They are those of the configuration, which changed. */
    isConfigured: z.boolean(),
  }),
  {
    isChange: true,
    says: (d) =>
      `Waiting room ${d.room} lets in ${d.activeMax} at a time and ${d.newPerMinute} a minute: ${d.reason}`,
  },
);
/** The numbers of the configuration hold again. */
export const numbersReset = event(
  "waiting-room.numbers-reset",
  z.object({ room: z.string(), why: z.enum(["asked", "time"]) }),
  { says: (d) => `Waiting room ${d.room} has the numbers of its configuration again` },
);
/** An operator let more people in than the numbers say. */
export const admittedMore = event(
  "waiting-room.admitted-more",
  z.object({ room: z.string(), count: z.number(), reason: z.string() }),
  { says: (d) => `${d.count} more were let in from waiting room ${d.room}: ${d.reason}` },
);
/** The first one had to wait. */
export const queueBegan = event(
  "waiting-room.queue-began",
  Numbers.extend({
    room: z.string(),
    mode: Mode,
    active: z.number(),
    enteredLastMinute: z.number(),
  }),
  {
    says: (d) =>
      `People wait in ${d.room}: ${d.active} of ${d.activeMax} are in, ${d.enteredLastMinute} of ${d.newPerMinute} came within a minute`,
  },
);
/** Nobody waits any more. */
export const queueEnded = event(
  "waiting-room.queue-ended",
  z.object({ room: z.string(), tookMs: z.number(), waitingMost: z.number(), audit: Audit }),
  {
    says: (d) =>
      `Nobody waits in ${d.room} any more, after ${Math.round(d.tookMs / 1_000)} s: at most ${d.waitingMost} did, ${d.audit.admitted} came in from the line, ${d.audit.inversions} out of turn`,
  },
);
const OfEvent = EventNow.extend({ room: z.string() });
export const preQueueOpened = event("waiting-room.pre-queue-opened", OfEvent, {
  says: (d) => `${d.room} gathers people for ${d.name}`,
});
export const eventStarted = event(
  "waiting-room.event-started",
  OfEvent.extend({ waiting: z.number() }),
  {
    says: (d) =>
      `${d.name} started in ${d.room} with ${d.waiting} people waiting${d.shuffles ? ", shuffled" : ""}`,
  },
);
export const eventEnded = event("waiting-room.event-ended", OfEvent, {
  says: (d) => `${d.name} ended in ${d.room}`,
});

export const unknownRoom = problem("waiting-room.unknown", 404, "There is no such waiting room");
export const endOutOfRange = problem(
  "waiting-room.end-out-of-range",
  422,
  "It may last between a second and a month",
);
export const hubAway = problem(
  "waiting-room.hub-away",
  503,
  "The rooms are being taken over; try again in a moment",
);

/** For other capabilities: a room that is closed by default begins to hold to its numbers. Given again, its end moves. */
export const openOrder = order<{ room: string; reason: string; for?: string }>("waiting-room.open");
export const releaseOrder = order<{ room: string }>("waiting-room.release");

const Named = z.object({ room: z.string() });
export const RoomNow = Named.extend({
  places: z.array(z.string()),
  ...Numbers.shape,
  ...HubStatus.shape,
  /** Why it does not follow its configuration, if it does not. */
  override: z
    .object({
      is: z.enum(["open", "closed"]),
      reason: z.string(),
      endsAt: z.number().optional(),
    })
    .nullable(),
  admittedPerMinute: z.number(),
  refusedPerMinute: z.number(),
  /** How long those waited who came in last; null when nobody did. */
  waitedMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
  order: z.enum(["fifo", "random"]),
  sessionMs: z.number(),
  refreshMs: z.number(),
  /** The next of each event, what is on first. */
  events: z.array(EventNow),
});
export type RoomNow = z.infer<typeof RoomNow>;

export const status = query(
  "waiting-room.status",
  z.object({ room: z.string().optional().describe("One room; all of them when absent.") }),
  z.object({ at: z.number(), rooms: z.array(RoomNow) }),
  { about: "Who is in, who waits, how it goes and what is planned." },
);
const Points = z.array(z.number().nullable());
export const history = query(
  "waiting-room.history",
  Named.extend({
    minutes: z.number().int().min(1).max(360).default(10).describe("How far back."),
  }),
  z.object({
    stepMs: z.number(),
    at: z.array(z.number()),
    active: Points,
    waiting: Points,
    admittedPerMinute: Points,
  }),
  { about: "How many were in, waited and came in over the last minutes." },
);
export const audit = query(
  "waiting-room.audit",
  z.object({ room: z.string().optional().describe("One room; all of them when absent.") }),
  z.object({ rooms: z.array(Audit) }),
  { about: "Was the line fair? How long each group waited, and who overtook whom." },
);
