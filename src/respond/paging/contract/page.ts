import { event } from "#kernel/contract";
import * as z from "zod";
import { severities } from "../../alerts/contract.ts";

export const urgencies = ["high", "low"] as const;
const Urgency = z.enum(urgencies);

/** What somebody is called for. */
export const About = z.object({
  title: z.string(),
  severity: z.enum(severities),
  service: z.string().nullable(),
  since: z.number(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  firing: z.number(),
  impact: z.array(z.string()),
});
export type About = z.infer<typeof About>;

/** Somebody has to be found who sees to it. A page of an alert has the id of its group. */
export const triggered = event(
  "paging.triggered",
  z.object({
    page: z.string(),
    receiver: z.string(),
    urgency: Urgency,
    about: About,
    /** Who was seeing to it before it came back; they are not called again. */
    keptBy: z.string().optional(),
  }),
  { says: ({ about }) => `Somebody is needed: ${about.title} (${about.severity})` },
);

const Way = z.object({
  channel: z.string(),
  kind: z.string(),
  /** When it is used, unless an earlier one fails before. */
  at: z.number(),
  updates: z.enum(["edit", "reply", "none"]),
});
export const Callee = z.object({ person: z.string(), ways: z.array(Way) });
export type Callee = z.infer<typeof Callee>;

/** Why somebody is called: nobody answered, nobody could be reached, somebody asked for it, it got worse… */
export const reasons = [
  ...(["triggered", "no-answer", "unreachable", "asked", "lapsed"] as const),
  ...(["worse", "reassigned", "overdue"] as const),
] as const;

/** A step of the policy is taken: these people are called, and unless one of them acknowledges, the next step comes at `nextAt`. */
export const climbed = event(
  "paging.climbed",
  z.object({
    page: z.string(),
    /** Counts the calls of this page. */
    call: z.number(),
    /** How often the policy began anew. */
    round: z.number(),
    step: z.number(),
    why: z.enum(reasons),
    called: z.array(Callee),
    nextAt: z.number(),
  }),
  {
    says: ({ called, step, why }) =>
      called.length === 0
        ? "There is nobody who could be called"
        : `Step ${step + 1} calls ${called.map(({ person }) => person).join(", ")} (${why})`,
  },
);
/** What it is about, as it is by now. */
export const changed = event(
  "paging.changed",
  z.object({ page: z.string(), urgency: Urgency, about: About }),
  { says: ({ about }) => `${about.title}: now ${about.severity}, ${about.firing} firing` },
);
export const acknowledged = event(
  "paging.acknowledged",
  z.object({
    page: z.string(),
    by: z.string(),
    /** Over which channel, or `console`, or `sender` when the tool that alerted said so. */
    via: z.string(),
    /** Not over by then: they are called again. */
    until: z.number(),
  }),
  { says: ({ by, via }) => `${by} sees to it (${via})` },
);
export const reassigned = event(
  "paging.reassigned",
  z.object({ page: z.string(), to: z.string(), by: z.string() }),
  { says: ({ to, by }) => `${by} gave it to ${to}` },
);
export const resolved = event(
  "paging.resolved",
  z.object({
    page: z.string(),
    why: z.enum(["over", "muted", "by-hand"]),
    by: z.string().optional(),
  }),
  {
    says: ({ why, by }) =>
      why === "by-hand"
        ? `${by ?? "Somebody"} closed it`
        : why === "muted"
          ? "It is silenced"
          : "It is over",
  },
);
/** Somebody had it before their eyes. */
export const seen = event(
  "paging.seen",
  z.object({ page: z.string(), person: z.string(), via: z.string() }),
  { says: ({ person, via }) => `${person} looked at it (${via})` },
);
/** What should have gone out did not; it is put right, and told over the fallback. */
export const overlooked = event(
  "paging.overlooked",
  z.object({ page: z.string(), what: z.string(), fallback: z.string() }),
  { says: ({ what, fallback }) => `A page did not go as it should: ${what} (${fallback})` },
);
