import { event, sensitive } from "#kernel/contract";
import * as z from "zod";
import { IncidentId, Severity } from "../../../respond/incidents/contract.ts";
import { impactOf, Times } from "../../../respond/incidents/contract.ts";
import * as words from "./words.ts";

export const PostMortemId = z
  .string()
  .regex(/^pm-[a-z0-9]{1,20}$/, 'A post-mortem is called "pm-" and its incident\'s number: pm-41');
export const ActionId = z.string().regex(/^a\d{1,3}$/, "An action is called a1, a2 and so on");
export const SectionId = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'Use small letters and "-"');
export const State = z.enum(words.states);
export type State = z.infer<typeof State>;
export const ActionKind = z.enum(words.actionKinds);
export const Cause = z.enum(words.causes);
export const Criterion = z.enum(words.criteria);
export type Criterion = z.infer<typeof Criterion>;
export const Score = z.number().int().min(0).max(3);

const ofPostMortem = { postMortem: PostMortemId };
const ofAction = { ...ofPostMortem, action: ActionId };
/** What people write is sealed under the post-mortem's own key: it can be erased whole, and not with one of its writers. */
const subject = ({ postMortem }: { postMortem: string }): string => postMortem;

/** A part of the text: what it is called, and what it asks of whoever writes. */
export const Section = z.object({ id: SectionId, title: z.string(), hint: z.string() });
export type Section = z.infer<typeof Section>;

/** Castor wrote what it knows; people go on from here. */
export const drafted = event(
  "post-mortems.drafted",
  z.object({
    ...ofPostMortem,
    incident: IncidentId,
    template: z.string(),
    sections: z.array(Section.extend({ text: z.string() })),
    /** To be published by then. */
    dueAt: z.number().nullable(),
    /** The account of whoever sees to it. */
    owner: z.string().optional(),
    /** What would show that it happened again. */
    fingerprint: z.string().nullable(),
  }),
  { says: ({ postMortem, incident }) => `A draft of ${postMortem} stands, about ${incident}` },
);

/** What the log and the counters said of the incident: counters forget, this does not. */
export const measured = event(
  "post-mortems.measured",
  z.object({
    ...ofPostMortem,
    title: z.string(),
    severity: Severity,
    services: z.array(z.string()),
    times: Times,
    impact: impactOf.output,
    /** What the objective allowed to fail in 30 days, and how much of that it took; null where nothing was counted. */
    budget: z.object({ objective: z.number(), requests: z.number(), burnt: z.number() }).nullable(),
  }),
  { says: ({ postMortem }) => `${postMortem} has the figures of its incident` },
);

export const templateUsed = event(
  "post-mortems.template-used",
  z.object({ ...ofPostMortem, template: z.string(), sections: z.array(Section) }),
  { says: ({ postMortem, template }) => `${postMortem} follows the template ${template}` },
);
/** A section as somebody left it; `version` counts from 1. */
export const written = event(
  "post-mortems.written",
  z.object({ ...ofPostMortem, section: SectionId, version: z.number(), text: sensitive() }),
  { says: ({ postMortem, section }) => `${postMortem}: ${section} was written anew`, subject },
);
/** Whether a fact of the log is on the timeline, and what there is to say about it. Its time is the log's. */
export const rowChosen = event(
  "post-mortems.row-chosen",
  z.object({
    ...ofPostMortem,
    position: z.number().int(),
    isShown: z.boolean(),
    note: sensitive().optional(),
  }),
  {
    says: ({ postMortem, position, isShown }) =>
      `${postMortem} ${isShown ? "shows" : "hides"} the fact ${position}`,
    subject,
  },
);
export const judged = event(
  "post-mortems.judged",
  z.object({ ...ofPostMortem, criterion: Criterion, score: Score, says: sensitive() }),
  {
    says: ({ postMortem, criterion, score }) => `${postMortem}: ${criterion} is judged ${score}/3`,
    subject,
  },
);

export const Factor = z.object({
  id: z.string().regex(/^[a-z0-9]{1,12}$/),
  text: sensitive().min(1).max(200),
  kind: z.enum(words.factorKinds),
});
export type Factor = z.infer<typeof Factor>;
/** `from` made `to` possible, or likelier. */
export const Link = z.object({ from: z.string(), to: z.string() });
export const Graph = z.object({
  factors: z.array(Factor).max(60),
  links: z.array(Link).max(150),
});
export type Graph = z.infer<typeof Graph>;
export const drawn = event(
  "post-mortems.drawn",
  Graph.extend({ ...ofPostMortem, version: z.number() }),
  {
    says: ({ postMortem, factors }) => `${postMortem}: the graph has ${factors.length} factors`,
    subject,
  },
);
export const causeNamed = event(
  "post-mortems.cause-named",
  z.object({ ...ofPostMortem, cause: Cause }),
  { says: ({ postMortem, cause }) => `${postMortem}: it was trouble of the sort ${cause}` },
);

/** Whoever is erased takes their comments along. */
export const commented = event(
  "post-mortems.commented",
  z.object({
    ...ofPostMortem,
    comment: z.string(),
    section: SectionId.optional(),
    author: z.string(),
    text: sensitive(),
  }),
  { says: ({ postMortem }) => `${postMortem} has a new comment`, subject: ({ author }) => author },
);
export const commentSettled = event(
  "post-mortems.comment-settled",
  z.object({ ...ofPostMortem, comment: z.string(), isSettled: z.boolean() }),
  {
    says: ({ postMortem, isSettled }) =>
      `${postMortem}: a comment is ${isSettled ? "settled" : "open again"}`,
  },
);

export const moved = event(
  "post-mortems.moved",
  z.object({
    ...ofPostMortem,
    from: State,
    to: State,
    says: z.string().optional(),
    /** Whoever asked for the review, where this begins one. */
    askedBy: z.string().optional(),
  }),
  {
    says: ({ postMortem, to, says }) => `${postMortem} is ${to}${says ? `: ${says}` : ""}`,
  },
);
export const assigned = event(
  "post-mortems.assigned",
  z.object({ ...ofPostMortem, owner: z.string().optional(), dueAt: z.number().nullable() }),
  {
    says: ({ postMortem, dueAt }) =>
      `${postMortem} is due ${dueAt === null ? "some day" : `on ${new Date(dueAt).toISOString().slice(0, 10)}`}`,
  },
);
/** Somebody was told that it is due; `action` is absent where the post-mortem itself is. */
export const reminded = event(
  "post-mortems.reminded",
  z.object({
    ...ofPostMortem,
    action: ActionId.optional(),
    dueAt: z.number(),
    times: z.number(),
    told: z.enum(["mail", "nobody"]),
  }),
  {
    says: ({ postMortem, action, told }) =>
      `${action === undefined ? postMortem : `${postMortem}/${action}`} is due${told === "mail" ? ": its owner was told" : "; there is nobody who could be told"}`,
  },
);

export const Action = z.object({
  action: ActionId,
  says: z.string(),
  kind: ActionKind,
  /** The account of whoever does it. */
  owner: z.string().optional(),
  dueAt: z.number().nullable(),
});
export type Action = z.infer<typeof Action>;
const named = ({ postMortem, action }: { postMortem: string; action: string }): string =>
  `${postMortem}/${action}`;
export const actionAdded = event("post-mortems.action-added", Action.extend(ofPostMortem), {
  says: (d) => `${named(d)}, to ${d.kind}: ${d.says}`,
});
export const actionChanged = event("post-mortems.action-changed", Action.extend(ofPostMortem), {
  says: (d) => `${named(d)} is now, to ${d.kind}: ${d.says}`,
});
/** By hand, or by the deploy that names it: then `release` is what went live. */
export const actionDone = event(
  "post-mortems.action-done",
  z.object({ ...ofAction, how: z.enum(["by-hand", "deployed"]), release: z.string().optional() }),
  {
    says: (d) => `${named(d)} is done${d.release === undefined ? "" : `: ${d.release} is live`}`,
  },
);
export const actionDropped = event(
  "post-mortems.action-dropped",
  z.object({ ...ofAction, reason: z.string() }),
  { says: (d) => `${named(d)} will not be done: ${d.reason}` },
);
export const actionReopened = event(
  "post-mortems.action-reopened",
  z.object({ ...ofAction, reason: z.string() }),
  { says: (d) => `${named(d)} is to be done again: ${d.reason}` },
);
export const actionFiled = event(
  "post-mortems.action-filed",
  z.object({ ...ofAction, link: z.string() }),
  { says: (d) => `${named(d)} is filed at ${d.link}` },
);

/** It happened again: the old lesson is open until it is learnt. */
export const recurred = event(
  "post-mortems.recurred",
  z.object({
    ...ofPostMortem,
    incident: IncidentId,
    why: z.string(),
    undone: z.array(z.object({ action: ActionId, says: z.string() })),
  }),
  {
    says: ({ postMortem, incident, undone }) =>
      `${incident} is ${postMortem} again${undone.length === 0 ? "" : `: ${undone.map(({ action }) => `action ${action.slice(1)}`).join(", ")} ${undone.length === 1 ? "was" : "were"} never done`}`,
  },
);

/** Another Castor's, whole, as its folder had it and as the hashes proved. */
export const imported = event(
  "post-mortems.imported",
  z.object({
    ...ofPostMortem,
    /** SHA-256 of the folder's manifest. */
    manifest: z.string(),
    /** Whose log it came from. */
    epoch: z.string(),
    title: z.string(),
    /** The hashes of the pictures that came along. */
    pictures: z.array(z.string()).optional(),
    document: sensitive(),
  }),
  { says: ({ postMortem, title }) => `${postMortem} came from another Castor: ${title}`, subject },
);

export const postMortemFacts = [
  ...[drafted, measured, templateUsed, written, rowChosen, judged, drawn, causeNamed],
  ...[commented, commentSettled, moved, assigned, reminded, actionAdded, actionChanged],
  ...[actionDone, actionDropped, actionReopened, actionFiled, recurred, imported],
] as const;
