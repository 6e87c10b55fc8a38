import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

const Instant = z.number().nullable();
const Span = z.object({ from: z.number(), to: z.number() });

/** What whoever takes over has to know. */
export const Brief = z.object({
  team: z.string(),
  /** The turn that it is about; the current one. */
  member: z.string().nullable(),
  since: Instant,
  until: Instant,
  next: Span.extend({ member: z.string() }).nullable(),
  /** What is not over, those that nobody sees to first. */
  open: z.array(
    z.object({
      title: z.string(),
      severity: z.string(),
      since: z.number(),
      acknowledgedBy: z.string().nullable(),
    }),
  ),
  /** Pages of this turn that are over. */
  over: z.array(
    z.object({
      title: z.string(),
      severity: z.string(),
      at: z.number(),
      acknowledgedBy: z.string().nullable(),
      /** How long until somebody saw to it. */
      acknowledgedAfterMs: Instant,
    }),
  ),
  /** What is wrong and wakes nobody: the oldest first. */
  smouldering: z.array(z.object({ title: z.string(), severity: z.string(), since: z.number() })),
  /** What is silenced, and until when. */
  silences: z.array(z.object({ why: z.string(), by: z.string(), until: z.number() })),
  /** What changed lately, the likeliest to matter first. */
  changes: z.array(z.object({ at: z.number(), says: z.string() })),
  /** Hours of the next two weeks that nobody has. */
  gaps: z.array(Span),
  /** The same in words, for a chat or a letter. */
  text: z.string(),
});
export type Brief = z.infer<typeof Brief>;

export const brief = query(
  "handoff.brief",
  z.object({ team: z.string().min(1).max(60).describe("Whose turn.") }),
  Brief,
  { about: "What whoever takes over a team has to know: open, over, smouldering, changed, ahead." },
);

export const unknownTeam = problem("handoff.unknown-team", 404, "There is no such team");

/** Whoever took over was told what they have to know, or could not be. */
export const told = event(
  "handoff.told",
  z.object({ team: z.string(), member: z.string(), why: z.string().nullable() }),
  {
    says: ({ team, member, why }) =>
      why === null
        ? `${member} was told what to know about ${team}`
        : `${member} was not told what to know about ${team}: ${why}`,
  },
);
