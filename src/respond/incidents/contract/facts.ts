import { ERASED, event, sensitive } from "#kernel/contract";
import * as z from "zod";
import { roles, severities, stages } from "./words.ts";

export const IncidentId = z
  .string()
  .regex(/^inc-\d{1,9}$/, 'An incident is called "inc-" and a number, such as inc-41');
export const Stage = z.enum(stages);
export type Stage = z.infer<typeof Stage>;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;
const Instant = z.number();
const ofIncident = { incident: IncidentId };

/** What an incident came from: the thing itself, so that it is declared once. */
export const Origin = z.object({
  kind: z.enum(["person", "alert", "error", "deploy"]),
  /** The group of alerts, the error or the release; of a person nothing. */
  ref: z.string().optional(),
});
export type Origin = z.infer<typeof Origin>;

/** `numbered` keeps the numbers; `declared` begins the incident's own stream. */
export const numbered = event("incidents.numbered", z.object({ ...ofIncident, origin: Origin }), {
  says: ({ incident }) => `The next incident is ${incident}`,
});
export const declared = event(
  "incidents.declared",
  z.object({
    ...ofIncident,
    title: z.string(),
    severity: Severity,
    services: z.array(z.string()),
    origin: Origin,
    /** When the harm began, and when somebody or something noticed. */
    startedAt: Instant,
    detectedAt: Instant,
  }),
  { says: ({ incident, title, severity }) => `${incident} (${severity}): ${title}` },
);

export const moved = event(
  "incidents.moved",
  z.object({ ...ofIncident, from: Stage, to: Stage, says: z.string().optional() }),
  {
    says: ({ incident, to, says }) => `${incident} is ${to}${says ? `: ${says}` : ""}`,
  },
);
/** `apartFrom`: it was one with that incident and stands alone again, in the stage where it was. */
export const reopened = event(
  "incidents.reopened",
  z.object({ ...ofIncident, from: Stage, reason: z.string(), apartFrom: IncidentId.optional() }),
  {
    says: ({ incident, reason, apartFrom }) =>
      `${incident} ${apartFrom === undefined ? "is open again" : `stands alone again, apart from ${apartFrom}`}: ${reason}`,
  },
);
export const severityChanged = event(
  "incidents.severity-changed",
  z.object({ ...ofIncident, from: Severity, to: Severity, reason: z.string() }),
  { says: ({ incident, from, to, reason }) => `${incident} is ${to}, not ${from}: ${reason}` },
);

/** Times that people know better than the log: when it began and when it was noticed. */
export const timed = event(
  "incidents.timed",
  z.object({
    ...ofIncident,
    what: z.enum(["started", "detected", "acknowledged", "mitigated"]),
    at: Instant,
    reason: z.string(),
  }),
  {
    says: ({ incident, what, at, reason }) =>
      `${incident} was ${what} at ${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC: ${reason}`,
  },
);

/** A person as the log may know them: by the id of their account, never by name. Facts of old have names. */
const PersonId = z.string();

/** Without a person the role is free again. */
export const roleGiven = event(
  "incidents.role-given",
  z.object({
    ...ofIncident,
    role: Role,
    person: PersonId.optional(),
    before: PersonId.optional(),
  }),
  {
    says: ({ incident, role, person, before }) =>
      person === undefined
        ? `${incident} has no ${role} now`
        : `${incident} has a ${before === undefined ? "" : "new "}${role}`,
  },
);
export const ticked = event(
  "incidents.ticked",
  z.object({ ...ofIncident, role: Role, item: z.string(), isDone: z.boolean() }),
  {
    says: ({ incident, role, item, isDone }) =>
      `${incident}, ${role}: ${item} is ${isDone ? "done" : "not done"}`,
  },
);

export const taskAdded = event(
  "incidents.task-added",
  z.object({ ...ofIncident, task: z.string(), says: z.string(), person: PersonId.optional() }),
  { says: ({ incident, says }) => `${incident}: to do: ${says}` },
);
export const taskFinished = event(
  "incidents.task-finished",
  z.object({ ...ofIncident, task: z.string(), says: z.string() }),
  { says: ({ incident, says }) => `${incident}: done: ${says}` },
);

/** A note as it was written, in Markdown; `note` is chosen by whoever writes, so that a bad line doubles nothing. */
export const noted = event(
  "incidents.noted",
  z.object({ ...ofIncident, note: z.string(), text: sensitive() }),
  {
    says: ({ incident, text }) =>
      `${incident}: ${text === ERASED ? "a note that was taken away" : text}`,
    subject: (of) => noteSubject(of),
  },
);
/** A note has a key of its own, so that it alone can be forgotten. */
export const noteSubject = ({ incident, note }: { incident: string; note: string }): string =>
  `incident-note:${incident}/${note}`;
/** The text of a note is gone, or pictures of it are, each by the hash of what it was. */
export const takenAway = event(
  "incidents.taken-away",
  z.object({
    ...ofIncident,
    note: z.string(),
    isWhole: z.boolean(),
    pictures: z.array(z.string()),
  }),
  {
    says: ({ incident, isWhole, pictures: { length } }) =>
      `${incident}: ${isWhole ? "a note was" : length === 1 ? "a picture was" : `${length} pictures were`} taken away`,
  },
);
/** A graph as it was at that moment: its numbers, not where they came from. */
export const Graph = z.object({
  title: z.string(),
  unit: z.string(),
  at: z.array(z.number()).max(120),
  lines: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })).max(10),
});
export type Graph = z.infer<typeof Graph>;
export const pinned = event("incidents.pinned", z.object({ ...ofIncident, graph: Graph }), {
  says: ({ incident, graph }) => `${incident}: pinned: ${graph.title}`,
});
/** People talk about it there. */
export const channelOpened = event(
  "incidents.channel-opened",
  z.object({ ...ofIncident, chat: z.enum(["slack", "discord", "mattermost"]), url: z.string() }),
  { says: ({ incident, chat }) => `${incident} has a channel in ${chat}` },
);
/** The next update is promised for then. */
export const updatePromised = event(
  "incidents.update-promised",
  z.object({ ...ofIncident, at: Instant }),
  {
    says: ({ incident, at }) =>
      `The next update on ${incident} is due at ${new Date(at).toISOString().slice(11, 16)} UTC`,
  },
);
export const servicesSet = event(
  "incidents.services-set",
  z.object({ ...ofIncident, services: z.array(z.string()) }),
  {
    says: ({ incident, services }) =>
      `${incident} is about ${services.join(", ") || "nothing yet"}`,
  },
);

/** It was the same trouble: what is noted here belongs there. */
export const merged = event(
  "incidents.merged",
  z.object({ ...ofIncident, into: IncidentId, reason: z.string() }),
  { says: ({ incident, into, reason }) => `${incident} is one with ${into}: ${reason}` },
);
/** Trouble of its own that came from a larger one. */
export const parentSet = event(
  "incidents.parent-set",
  z.object({ ...ofIncident, parent: IncidentId.optional() }),
  {
    says: ({ incident, parent }) =>
      parent === undefined ? `${incident} stands alone` : `${incident} is part of ${parent}`,
  },
);

export const incidentFacts = [
  ...[
    declared,
    moved,
    reopened,
    severityChanged,
    timed,
    roleGiven,
    ticked,
    taskAdded,
    taskFinished,
  ],
  ...[noted, takenAway, pinned, channelOpened, updatePromised, servicesSet, merged, parentSet],
] as const;
