import { Actor, event, problem, query } from "#kernel/contract";
import * as z from "zod";
import { IncidentId } from "../incidents/contract.ts";

/** Its path in the folder, less the ending: `shop/checkout-fails`. */
export const RunbookName = z
  .string()
  .regex(/^[\w][\w.-]*(\/[\w][\w.-]*)*$/, "A runbook is called as its file, such as shop/down")
  .max(200);
export const StepId = z.string().regex(/^[0-9a-f]{8}$/, "A step has eight digits and letters");

export const Mistake = z.object({
  file: z.string(),
  line: z.number(),
  what: z.string(),
  fix: z.string(),
});
export type Mistake = z.infer<typeof Mistake>;

/** What a step runs: a verb of Castor with its input, never a shell. */
export const StepCommand = z.object({
  verb: z.string(),
  kind: z.enum(["command", "action", "query"]),
  about: z.string(),
  /** The role it takes. */
  allow: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** Variables that nobody has given a value yet: it cannot run before. */
  needs: z.array(z.string()),
});
export type StepCommand = z.infer<typeof StepCommand>;

const Done = z.object({ at: z.number(), by: Actor });
export const Step = z.object({
  step: StepId,
  /** From 1, as people count. */
  number: z.number(),
  says: z.string(),
  /** What stands below it, as Markdown. */
  more: z.string(),
  command: StepCommand.nullable(),
  done: Done.nullable(),
});
export type Step = z.infer<typeof Step>;
const Block = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), markdown: z.string() }),
  z.object({ kind: z.literal("step"), step: Step }),
]);

const About = z.object({
  runbook: RunbookName,
  title: z.string(),
  services: z.array(z.string()),
  alerts: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
});
const Listed = About.extend({ steps: z.number(), mistakes: z.number(), file: z.string() });
export type Listed = z.infer<typeof Listed>;

/** The files are the truth; the log knows when they changed. */
export const changed = event(
  "runbooks.changed",
  z.object({
    put: z.array(z.object({ runbook: z.string(), sha256: z.string() })),
    removed: z.array(z.string()),
    mistakes: z.number(),
  }),
  {
    says: ({ put, removed, mistakes }) =>
      [
        put.length > 0 ? `Runbooks are new or changed: ${fewOf(put.map((d) => d.runbook))}` : [],
        removed.length > 0 ? `Runbooks are gone: ${fewOf(removed)}` : [],
        mistakes > 0 ? `mistakes in runbooks: ${mistakes}` : [],
      ]
        .flat()
        .join("; ") || "The runbooks have no mistakes any more",
  },
);
const fewOf = (names: readonly string[]): string =>
  names.length > 5
    ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`
    : names.join(", ");

export const stepTicked = event(
  "runbooks.step-ticked",
  z.object({
    incident: IncidentId,
    runbook: z.string(),
    step: z.string(),
    says: z.string(),
    isDone: z.boolean(),
    /** What it ran, and the fact that proves it. */
    ran: z.object({ verb: z.string(), position: z.number().optional() }).optional(),
  }),
  {
    says: ({ incident, runbook, says, isDone, ran }) =>
      `${incident}, ${runbook}: ${says}: ${isDone ? (ran ? `done, with ${ran.verb}` : "done") : "not done after all"}`,
  },
);

export const unknown = problem("runbooks.unknown", 404, "There is no such runbook or step");
export const notRun = problem("runbooks.not-run", 422, "The log does not show that this was run");

export const list = query(
  "runbooks.list",
  z.object({
    text: z.string().max(200).optional().describe("Words of its title, services or text."),
    service: z.string().max(120).optional().describe("Only those for this service."),
  }),
  z.object({ folder: z.string(), runbooks: z.array(Listed), mistakes: z.array(Mistake) }),
  { about: "The runbooks beside the configuration, and what is wrong with them." },
);

const Context = {
  incident: IncidentId.optional().describe("For its ticks, and as $incident."),
  service: z.string().max(120).optional().describe("As $service."),
  alert: z.string().max(200).optional().describe("As $alert."),
};
export const one = query(
  "runbooks.show",
  z.object({ runbook: RunbookName, ...Context }),
  z.object({
    runbook: About.extend({ file: z.string(), blocks: z.array(Block) }).nullable(),
    /** The services of the incident, to choose `$service` from. */
    services: z.array(z.string()),
    mistakes: z.array(Mistake),
  }),
  { about: "One runbook with its steps: what is done, what each would run." },
);

/** How it was found, the surest first. */
const Why = z.enum(["alert", "labels", "service", "words"]);
export const Match = About.extend({
  why: Why,
  says: z.string(),
  steps: z.number(),
  done: z.number(),
});
export type Match = z.infer<typeof Match>;
export const matching = query(
  "runbooks.for",
  z.object({
    services: z.array(z.string().max(120)).max(50).default([]),
    alerts: z.array(z.string().max(200)).max(50).default([]).describe("Names of alerts."),
    labels: z.record(z.string(), z.string()).default({}).describe("Labels of the alert."),
    text: z.string().max(2_000).default("").describe("What is said to be wrong, in words."),
    incident: IncidentId.optional().describe("For how much of each is done."),
    limit: z.number().int().min(1).max(20).default(5),
  }),
  z.object({ runbooks: z.array(Match) }),
  { about: "Which runbooks help now: by alert, by labels, by service, and last by likeness." },
);
