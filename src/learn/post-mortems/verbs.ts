import { command } from "#kernel";
import * as z from "zod";
import * as actions from "./action-item.ts";
import * as contract from "./contract.ts";
import * as rules from "./post-mortem.ts";

const { postMortemModel: model } = rules;
/** Whoever may be woken may write about it. */
const allow = "responder";
const key = ({ postMortem }: { postMortem: string }): string => postMortem;
const ofPostMortem = z.object({
  postMortem: contract.PostMortemId.describe("Such as pm-41: that of inc-41."),
});
const sectionCharsMax = 20_000;
const Says = z.string().trim().min(3).max(300);
const Reason = z.string().trim().min(3).max(500);
const Text = z.string().max(5_000);
const Instant = z
  .union([z.number(), z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((at) => (typeof at === "number" ? at : Date.parse(at)))
  .describe("A day such as 2026-12-01, a time, or ms since 1970.");
const Person = z
  .union([z.literal("me"), z.uuid()], {
    error: "Write `me`, or the id of an account as `castor people list` shows it",
  })
  .describe("`me`, or the id of an account: the log keeps no names.");
const Base = z
  .number()
  .int()
  .min(0)
  .describe("The version that you began with; 0 is Castor's draft.");
const Action = z.string().pipe(contract.ActionId);
const Given = z.object({
  says: Says.describe("What is done, so that somebody else could do it."),
  kind: contract.ActionKind.describe("It does not come again, is seen sooner, or hurts less."),
  owner: Person.optional(),
  dueAt: Instant.nullable().optional(),
});

export const write = command("post-mortems.write", {
  about: "Writes a section anew; refused when somebody else has written there meanwhile.",
  allow,
  input: ofPostMortem.extend({
    section: contract.SectionId,
    text: z.string().max(sectionCharsMax).describe("Markdown."),
    base: Base,
  }),
  ...{ model, key, decide: rules.write },
});
export const move = command("post-mortems.move", {
  about: "Takes a post-mortem on: in-review, reviewed, published, or back to draft.",
  allow,
  input: ofPostMortem.extend({
    to: z.enum(["draft", "in-review", "reviewed", "published"]),
    says: z.string().trim().max(500).optional().describe("What there is to say about it."),
  }),
  ...{ model, key, decide: rules.move },
});
export const finishAction = command("post-mortems.finish-action", {
  about: "Says that an action is done. The deploy that names it says so by itself.",
  allow,
  input: ofPostMortem.extend({
    action: Action,
    release: z.string().max(250).optional().describe("What went live with it."),
  }),
  ...{ model, key, decide: actions.finishAction },
});

export const commands = [
  ...[write, move, finishAction],
  command("post-mortems.choose-row", {
    about: "Shows or hides a fact of the timeline, or adds a note; its time stays the log's.",
    allow,
    input: ofPostMortem.extend({
      position: z.number().int().min(1).describe("Of the fact in the log."),
      shown: z.boolean().default(true),
      note: Text.max(2_000).optional(),
    }),
    ...{ model, key, decide: rules.chooseRow },
  }),
  command("post-mortems.judge", {
    about: "Answers a question of the exam, with a score from 0 to 3.",
    allow,
    input: ofPostMortem.extend({
      criterion: contract.Criterion,
      score: contract.Score,
      says: Text.max(2_000).default(""),
    }),
    ...{ model, key, decide: rules.judge },
  }),
  command("post-mortems.draw", {
    about: "Draws the graph of contributing factors anew: what made what possible.",
    allow,
    input: ofPostMortem.extend({ ...contract.Graph.shape, base: Base }),
    ...{ model, key, decide: rules.draw },
  }),
  command("post-mortems.name-cause", {
    about: "Says what sort of trouble it was, in one word.",
    allow,
    input: ofPostMortem.extend({ cause: contract.Cause }),
    ...{ model, key, decide: rules.nameCause },
  }),
  command("post-mortems.comment", {
    about: "Says something about a post-mortem or one of its sections.",
    allow,
    input: ofPostMortem.extend({
      text: Text.trim().min(1),
      section: contract.SectionId.optional(),
      comment: z
        .string()
        .regex(/^[\w-]{8,64}$/)
        .optional()
        .describe("The writer's own name for it: sent twice, it is there once."),
    }),
    ...{ model, key, decide: rules.comment },
  }),
  command("post-mortems.settle-comment", {
    about: "Says that a comment is dealt with, or that it is not.",
    allow,
    input: ofPostMortem.extend({
      comment: z.string().max(64),
      settled: z.boolean().default(true),
    }),
    ...{ model, key, decide: rules.settle },
  }),
  command("post-mortems.assign", {
    about: "Says who sees to a post-mortem, and by when it is to be published.",
    allow,
    input: ofPostMortem.extend({
      owner: Person.optional(),
      dueAt: Instant.nullable().optional(),
    }),
    ...{ model, key, decide: rules.assign },
  }),
  command("post-mortems.use-template", {
    about: "Gives a post-mortem another form; what is written stays.",
    allow,
    input: ofPostMortem.extend({ template: z.string().max(60) }),
    ...{ model, key, decide: rules.useTemplate },
  }),
  command("post-mortems.add-action", {
    about: "Adds something to do, so that it does not come again, is seen sooner or hurts less.",
    allow,
    input: ofPostMortem.extend(Given.shape),
    ...{ model, key, decide: actions.addAction },
  }),
  command("post-mortems.change-action", {
    about: "Changes what an action says, its kind, its owner or its date.",
    allow,
    input: ofPostMortem.extend({ action: Action, ...Given.partial().shape }),
    ...{ model, key, decide: actions.changeAction },
  }),
  command("post-mortems.drop-action", {
    about: "Says that an action will not be done, and why.",
    allow,
    input: ofPostMortem.extend({ action: Action, reason: Reason }),
    destroys: { nothing: "It stays in the list with the reason, and can be taken up again." },
    ...{ model, key, decide: actions.dropAction },
  }),
  command("post-mortems.reopen-action", {
    about: "Says that an action is to be done after all.",
    allow,
    input: ofPostMortem.extend({ action: Action, reason: Reason }),
    ...{ model, key, decide: actions.reopenAction },
  }),
];
