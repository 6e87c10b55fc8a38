import { command, type EventOf, type Model } from "#kernel";
import * as z from "zod";
import * as contract from "./contract.ts";
import * as rules from "./issue.ts";
import { budgetModel, createProject, projectsModel, setBudget } from "./project.ts";

const { issueModel: model } = rules;
const ofIssue = z.object({ issue: contract.IssueId });
const key = ({ issue }: { issue: string }): string => `issues/${issue}`;
/** Who tells what is to be done about errors need not be who runs the machines. */
const allow = "responder";

/** Each triage is on its own: none follows from the ones before. */
const triageModel: Model<null, EventOf<typeof contract.triaged>> = {
  initial: null,
  evolve: () => null,
};

export const createProjectCommand = command("errors.create-project", {
  about: "Makes a project that errors can be sent to; `errors projects` shows its DSN.",
  input: z.object({
    project: contract.ProjectName,
    key: contract.Key.optional().describe(
      "The public key of a DSN that is in use already, else a new one.",
    ),
    service: z.string().max(60).optional(),
  }),
  model: projectsModel,
  key: () => "projects",
  decide: createProject,
});

export const commands = [
  createProjectCommand,
  command("errors.resolve", {
    about:
      "Says that an error is mended: now, in a release, or in the next one. Seen again, it is back.",
    allow,
    input: ofIssue.extend({
      resolution: contract.Resolution.default({ how: "now" }),
    }),
    model,
    key,
    decide: rules.resolve,
  }),
  command("errors.reopen", {
    about: "Puts an error back into the inbox.",
    allow,
    input: ofIssue,
    model,
    key,
    decide: rules.reopen,
  }),
  command("errors.ignore", {
    about: "Leaves an error out of the inbox for good; it is still counted.",
    allow,
    input: ofIssue,
    model,
    key,
    decide: rules.ignore,
  }),
  command("errors.snooze", {
    about:
      "Leaves an error out of the inbox until a time, so many events or users more, or so many an hour.",
    allow,
    input: ofIssue.extend({ snooze: contract.Snooze }),
    model,
    key,
    decide: rules.snooze,
  }),
  command("errors.assign", {
    about: "Makes an error somebody's; without anybody, nobody's.",
    allow,
    input: ofIssue.extend({ to: z.string().trim().min(1).max(200).optional() }),
    model,
    key,
    decide: rules.assign,
  }),
  command("errors.file", {
    about: "Links an error to where it is worked on.",
    allow,
    input: ofIssue.extend({ link: z.url({ protocol: /^https?$/ }).max(1_000) }),
    model,
    key,
    decide: rules.file,
  }),
  command("errors.split", {
    about: "Makes some of the ways in which an error happens an error of their own.",
    allow,
    input: ofIssue.extend({
      variants: z.array(z.string().min(1).max(100)).min(1).max(100).describe("Their `exact` keys."),
    }),
    model,
    key,
    decide: rules.split,
  }),
  command("errors.set-spike-budget", {
    about:
      "Says how many false alarms a week are borne over all errors (0.1 is one in ten weeks); it holds before castor.yaml.",
    input: z.object({ falsePagesPerWeek: contract.FalsePagesPerWeek }),
    model: budgetModel,
    key: () => "spike-budget",
    decide: setBudget,
  }),
  command("errors.undo", {
    about: "Takes back the last decision on an error, merges and splits too.",
    allow,
    input: ofIssue,
    model,
    key,
    decide: rules.undo,
  }),
  command("errors.end-triage", {
    about: "Notes that the inbox was gone through; what is told of a week hangs on it.",
    allow,
    input: z.object({
      startedAt: z.number().describe("When it began, in milliseconds since 1970."),
      shown: z.number().int().min(0).max(100_000),
      decided: z.number().int().min(0).max(100_000),
    }),
    model: triageModel,
    key: () => "triage",
    decide: (input, _, { now }) => [
      contract.triaged({ ...input, startedAt: Math.min(input.startedAt, now) }),
    ],
  }),
];
