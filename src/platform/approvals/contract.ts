import { Actor, event, problem, query, roles } from "#kernel/contract";
import * as z from "zod";

const ApprovalId = z.string().min(1).max(60);
const ofApproval = { approval: ApprovalId };
const vias = ["session", "token", "link"] as const;
export type Via = (typeof vias)[number];

/**
 * Somebody wants to do what destroys. The input lies elsewhere until it is decided; `hash` proves that what ran is what was
 * approved. `asker` is the person who asked, themselves or by a token of theirs; null where nobody knows who that is.
 */
export const asked = event(
  "approvals.asked",
  z.object({
    ...ofApproval,
    verb: z.string(),
    kind: z.enum(["command", "action"]),
    allow: z.enum(roles),
    what: z.string(),
    name: z.string(),
    asker: z.string().nullable(),
    hash: z.string(),
    /** So many others have to approve. */
    needs: z.number(),
    expiresAt: z.number(),
  }),
  { says: ({ verb, name }) => `Asked for a second person: ${verb} of ${name}` },
);
export const approved = event(
  "approvals.approved",
  z.object({
    ...ofApproval,
    verb: z.string(),
    name: z.string(),
    person: z.string(),
    via: z.enum(vias),
    isLast: z.boolean(),
    /** Tells the same person's two taps apart: one of them has it done. */
    call: z.string(),
  }),
  {
    says: ({ verb, name, isLast }) =>
      `${verb} of ${name} was approved${isLast ? "" : "; one more has to"}`,
  },
);
const Named = z.object({ ...ofApproval, verb: z.string(), name: z.string() });
export const refused = event(
  "approvals.refused",
  Named.extend({ person: z.string(), reason: z.string() }),
  { says: ({ verb, name, reason }) => `${verb} of ${name} was not approved: ${reason}` },
);
export const withdrawn = event("approvals.withdrawn", Named, {
  says: ({ verb, name }) => `${verb} of ${name} is not asked for any more`,
});
export const expired = event("approvals.expired", Named, {
  says: ({ verb, name }) => `Nobody approved ${verb} of ${name} in time`,
});
/** What was approved was done, or why not. Interrupted: Castor ended in the midst of it, and nobody knows how far it came. */
export const carriedOut = event(
  "approvals.carried-out",
  Named.extend({
    outcome: z.enum(["done", "failed", "interrupted"]),
    why: z.string().optional(),
    /** What it gave lies until then for whoever asked. */
    heldUntil: z.number().optional(),
  }),
  {
    says: ({ verb, name, outcome, why }) =>
      outcome === "done"
        ? `${verb} of ${name} was carried out as approved`
        : `${verb} of ${name} was approved and ${outcome}${why === undefined ? "" : `: ${why}`}`,
  },
);
/** There was nobody else who could approve: whoever did it typed the name of what is lost. */
export const alone = event(
  "approvals.alone",
  z.object({ verb: z.string(), what: z.string(), name: z.string() }),
  { says: ({ verb, name }) => `${verb} of ${name}, confirmed alone: nobody else could approve it` },
);
export const approvalFacts = [asked, approved, refused, withdrawn, expired, carriedOut] as const;

export const needed = problem("approvals.needed", 403, "A second person has to approve this");
export const confirmFirst = problem("approvals.confirm", 428, "Type the name of what is lost");
export const unknownApproval = problem("approvals.unknown", 404, "There is no such approval");
export const over = problem("approvals.over", 409, "This is decided already");
export const notYou = problem("approvals.not-you", 403, "Somebody else has to decide this");
export const tooMany = problem("approvals.too-many", 429, "Too many approvals wait");

/** Open ones wait for people; approved ones are being carried out. */
const states = [
  ...["open", "approved", "done", "failed", "interrupted"],
  ...["refused", "withdrawn", "expired"],
] as const;
export const Approval = z.object({
  ...ofApproval,
  verb: z.string(),
  kind: z.enum(["command", "action"]),
  allow: z.enum(roles),
  what: z.string(),
  name: z.string(),
  by: Actor,
  asker: z.string().nullable(),
  needs: z.number(),
  askedAt: z.number(),
  expiresAt: z.number(),
  approvedBy: z.array(z.object({ person: z.string(), via: z.enum(vias), at: z.number() })),
  state: z.enum(states),
  endedAt: z.number().nullable(),
  /** Why it was refused, or what went wrong. */
  why: z.string().optional(),
  refusedBy: z.string().optional(),
  /** Until then whoever asked may see what it gave, once. */
  heldUntil: z.number().optional(),
});
export type Approval = z.infer<typeof Approval>;

export const list = query(
  "approvals.list",
  z.object({
    open: z.boolean().optional().describe("Only those that wait for somebody."),
    limit: z.number().int().min(1).max(500).default(100),
  }),
  z.object({ at: z.number(), approvals: z.array(Approval) }),
  { about: "What waits for a second person, and what became of the last 500, newest first." },
);
