import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

export * from "./contract/feed.ts";
export * from "./contract/gap.ts";
export * from "./contract/hand-over.ts";

/** The year 2100: what lies beyond is a slip of the pen. */
export const instantMax = 4_102_444_800_000;

export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

const Wall = z.object({
  year: z.number(),
  month: z.number(),
  day: z.number(),
  hour: z.number(),
  minute: z.number(),
});
const Hours = z.object({ days: z.array(z.enum(weekdays)), from: z.number(), to: z.number() });
/** A rotation as it was decided; hours are minutes since midnight in the zone. */
export const Layer = z.object({
  name: z.string(),
  zone: z.string(),
  start: Wall,
  turn: z.object({ count: z.number(), unit: z.enum(["hours", "days", "weeks", "months"]) }),
  members: z.array(z.string()),
  hours: z.array(Hours),
});
export type Layer = z.infer<typeof Layer>;

/** From its instant on a team's schedule is this one; who was on call before stays as it was. */
export const scheduleChanged = event(
  "on-call.schedule-changed",
  z.object({ team: z.string(), layers: z.array(Layer) }),
  {
    says: ({ team, layers }) =>
      layers.length === 0
        ? `${team} has no schedule any more`
        : `${team}'s schedule is now ${layers.map(({ name, members }) => `${name} (${members.join(", ")})`).join(", ")}`,
  },
);

export const Override = z.object({
  id: z.string(),
  team: z.string(),
  member: z.string(),
  from: z.number(),
  to: z.number(),
  instead: z.string().optional(),
  reason: z.string(),
});
export type Override = z.infer<typeof Override>;
const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");
export const overridden = event("on-call.overridden", Override, {
  says: ({ team, member, from, to, instead, reason }) =>
    `${member} takes ${team}${instead === undefined ? "" : ` for ${instead}`} from ${day(from)} to ${day(to)} UTC: ${reason}`,
});
export const overrideWithdrawn = event(
  "on-call.override-withdrawn",
  z.object({ id: z.string(), team: z.string(), reason: z.string() }),
  { says: ({ team, reason }) => `A stand-in for ${team} was withdrawn: ${reason}` },
);

export const unknownTeam = problem("on-call.unknown-team", 404, "There is no such team");
export const spanOutOfRange = problem(
  "on-call.span-out-of-range",
  422,
  "The stretch of time is out of range",
);
export const unknownOverride = problem(
  "on-call.unknown-override",
  404,
  "There is no such stand-in",
);

const Span = z.object({ from: z.number(), to: z.number() });
const Shift = Span.extend({ member: z.string() });

export const now = query(
  "on-call.now",
  z.object({}),
  z.object({
    teams: z.array(
      z.object({
        team: z.string(),
        /** Whose clocks its turns go by. */
        zone: z.string(),
        /** Everybody who takes turns in it. */
        members: z.array(z.string()),
        /** Null in a gap. */
        member: z.string().nullable(),
        /** Since when; a month ago where it is longer. */
        since: z.number().nullable(),
        until: z.number().nullable(),
        next: Shift.nullable(),
        /** Stretches of the next two weeks that somebody must have and nobody has. */
        gaps: z.array(Span),
      }),
    ),
  }),
  { about: "Who is on call in each team, until when, who is next, and which hours nobody has." },
);

/** For whoever has to call somebody this instant. */
export const current = query(
  "on-call.current",
  z.object({}),
  z.object({ teams: z.record(z.string(), z.string().nullable()) }),
  { about: "Who is on call in each team at this instant; null in a gap." },
);
export const timelineOf = query(
  "on-call.timeline",
  z.object({
    team: z.string(),
    from: z.number().min(0).max(instantMax).optional(),
    days: z.number().int().min(1).max(400).default(28),
  }),
  z.object({
    team: z.string(),
    from: z.number(),
    to: z.number(),
    shifts: z.array(Shift),
    gaps: z.array(Span),
    /** What of the gaps somebody must have. */
    uncovered: z.array(Span),
    overrides: z.array(Override),
  }),
  { about: "Who has which stretch of a team's time, past or to come." },
);
