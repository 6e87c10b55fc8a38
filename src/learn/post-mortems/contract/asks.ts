import { Actor, problem, query } from "#kernel/contract";
import * as z from "zod";
import { impactOf, Row, Severity, Times } from "../../../respond/incidents/contract.ts";
import * as facts from "./facts.ts";
import { actionStates } from "./words.ts";

export const unknownPostMortem = problem(
  "post-mortems.unknown",
  404,
  "There is no such post-mortem",
);
export const unknownItem = problem(
  "post-mortems.unknown-item",
  404,
  "The post-mortem has nothing of that name",
);
export const changedMeanwhile = problem(
  "post-mortems.changed-meanwhile",
  409,
  "Somebody else has written here meanwhile",
);
export const wrongState = problem(
  "post-mortems.wrong-state",
  409,
  "The post-mortem is not where this can follow",
);
export const tooMany = problem("post-mortems.too-many", 409, "There is no room for more of them");
export const notOver = problem("post-mortems.not-over", 409, "The incident is not over");
export const notGenuine = problem(
  "post-mortems.not-genuine",
  422,
  "The folder is not as it was written",
);
export const badGraph = problem("post-mortems.bad-graph", 422, "The graph does not fit together");

const Time = z.number().nullable();
export const Written = facts.Section.extend({
  text: z.string(),
  /** 0 is Castor's draft. Whoever writes names the version that they began with. */
  version: z.number(),
  at: z.number(),
  by: Actor,
});
export type Written = z.infer<typeof Written>;
export const ActionItem = facts.Action.extend({
  state: z.enum(actionStates),
  /** Why it was dropped, or is to be done again. */
  reason: z.string().optional(),
  doneAt: Time,
  /** What went live with it. */
  release: z.string().optional(),
  link: z.string().optional(),
});
export type ActionItem = z.infer<typeof ActionItem>;
const Comment = z.object({
  comment: z.string(),
  section: z.string().optional(),
  text: z.string(),
  at: z.number(),
  by: Actor,
  isSettled: z.boolean(),
});
export type Comment = z.infer<typeof Comment>;
const Recurrence = z.object({
  incident: z.string(),
  at: z.number(),
  why: z.string(),
  undone: z.array(z.object({ action: z.string(), says: z.string() })),
});

/** What a list shows of a post-mortem. */
export const Head = z.object({
  postMortem: z.string(),
  incident: z.string(),
  title: z.string(),
  severity: Severity,
  services: z.array(z.string()),
  state: facts.State,
  owner: z.string().optional(),
  draftedAt: z.number(),
  dueAt: Time,
  publishedAt: Time,
  /** When the harm began. */
  startedAt: z.number(),
  cause: facts.Cause.optional(),
  actions: z.array(ActionItem),
  /** Comments that wait for an answer. */
  openComments: z.number(),
  /** The incidents in which it happened again. */
  recurrences: z.array(z.string()),
});
export type Head = z.infer<typeof Head>;

/** A fact of the log on the timeline, with its hash in the log's chain. */
export const ChosenRow = Row.extend({
  isShown: z.boolean(),
  /** What people added; the fact and its time are the log's. */
  annotation: z.string().optional(),
  hash: z.string(),
  /** It changed how something runs: what broke soon after may come from it. */
  isChange: z.boolean(),
});
export type ChosenRow = z.infer<typeof ChosenRow>;

export const Judgement = z.object({
  criterion: facts.Criterion,
  /** What the log says, with the facts that prove it; no score where it cannot tell. */
  found: z.object({
    score: facts.Score.nullable(),
    says: z.string(),
    evidence: z.array(z.number()),
  }),
  /** What people said; their score counts. */
  answer: z.object({ score: facts.Score, says: z.string(), by: Actor, at: z.number() }).nullable(),
  score: facts.Score.nullable(),
});
export type Judgement = z.infer<typeof Judgement>;

const Length = z.number().nullable();
export const PostMortem = Head.omit({ openComments: true, recurrences: true }).extend({
  template: z.string(),
  times: Times,
  /** Milliseconds; their means over many incidents are MTTD, MTTA, MTTM and MTTR. */
  lengths: z.object({ detect: Length, acknowledge: Length, mitigate: Length, resolve: Length }),
  impact: impactOf.output,
  budget: z.object({ objective: z.number(), requests: z.number(), burnt: z.number() }).nullable(),
  sections: z.array(Written),
  rows: z.array(ChosenRow),
  isCut: z.boolean(),
  exam: z.array(Judgement),
  graph: facts.Graph.extend({ version: z.number() }),
  comments: z.array(Comment),
  recurrences: z.array(Recurrence),
  /** Where an imported one comes from. */
  origin: z.object({ epoch: z.string(), manifest: z.string(), at: z.number() }).optional(),
});
export type PostMortem = z.infer<typeof PostMortem>;

export const list = query(
  "post-mortems.list",
  z.object({
    text: z
      .string()
      .max(200)
      .optional()
      .describe("Words that must all occur; the last may be unfinished."),
    state: facts.State.optional(),
    service: z.string().max(60).optional(),
    incident: z.string().max(40).optional(),
    limit: z.number().int().min(1).max(500).default(100),
  }),
  z.object({ at: z.number(), postMortems: z.array(Head), more: z.boolean() }),
  { about: "Post-mortems, newest first, with what is due; or the best match of words." },
);
export const show = query(
  "post-mortems.show",
  z.object({ postMortem: facts.PostMortemId }),
  z.object({ at: z.number(), postMortem: PostMortem.nullable() }),
  { about: "One post-mortem whole: text, timeline with evidence, exam, graph, actions, comments." },
);
export const versions = query(
  "post-mortems.versions",
  z.object({ postMortem: facts.PostMortemId, section: facts.SectionId }),
  z.object({
    versions: z.array(
      z.object({ version: z.number(), at: z.number(), by: Actor, text: z.string() }),
    ),
  }),
  { about: "How a section was written, newest first: nothing that anybody wrote is lost." },
);
export const templates = query(
  "post-mortems.templates",
  z.object({}),
  z.object({
    templates: z.array(
      z.object({ name: z.string(), about: z.string(), sections: z.array(facts.Section) }),
    ),
  }),
  { about: "The forms that a post-mortem may have." },
);
