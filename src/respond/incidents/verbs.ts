import { command, Duration } from "#kernel";
import * as z from "zod";
import { IncidentId, Role, Severity, Stage } from "./contract.ts";
import * as rules from "./incident.ts";
import { Declare, declare, register } from "./register.ts";
import { canBePart, canMerge } from "./together.ts";

const { incidentModel: model } = rules;
/** Whoever is woken may run an incident. */
const allow = "responder";
const key = ({ incident }: { incident: string }): string => incident;
const ofIncident = z.object({ incident: IncidentId });
const Reason = z.string().trim().min(3).max(500).describe("Why; the timeline carries it.");
const Person = z
  .union([z.literal("me"), z.uuid()], {
    error: "Write `me`, or the id of an account as `castor people list` shows it",
  })
  .describe("`me`, or the id of an account: the log keeps no names.");
const Instant = z
  .union([z.number(), z.iso.datetime({ offset: true })])
  .transform((at) => (typeof at === "number" ? at : Date.parse(at)));
const textCharsMax = 20_000;
const PromiseUpdate = ofIncident.extend({
  in: Duration.prefault("30m").describe("From now, such as 30m."),
});

export const commands = [
  command("incidents.declare", {
    about: "Declares an incident; from now on everything that happens is on its timeline.",
    allow,
    input: Declare,
    model: register,
    key: () => "register",
    decide: declare,
  }),
  command("incidents.status", {
    about: "Says where an incident stands: acknowledged, mitigating, monitoring, reviewed.",
    allow,
    input: ofIncident.extend({
      to: Stage,
      says: z.string().trim().max(500).optional().describe("What there is to say about it."),
    }),
    model,
    key,
    decide: rules.move,
  }),
  command("incidents.resolve", {
    about: "Says that an incident is over.",
    allow,
    input: ofIncident.extend({ says: z.string().trim().max(500).optional() }),
    model,
    key,
    decide: (input, state, facts) => rules.move({ ...input, to: "resolved" }, state, facts),
  }),
  command("incidents.reopen", {
    about:
      "Says that an incident that was over is not, or that one which is one with another stands alone again.",
    allow,
    input: ofIncident.extend({ reason: Reason }),
    model,
    key,
    decide: rules.reopen,
  }),
  command("incidents.set-severity", {
    about: "Says how grave an incident is.",
    allow,
    input: ofIncident.extend({ severity: Severity, reason: Reason }),
    model,
    key,
    decide: rules.grade,
  }),
  command("incidents.set-time", {
    about: "Corrects when it began, was noticed, or when the harm ended; the log keeps both.",
    allow,
    input: ofIncident.extend({
      what: z.enum(["started", "detected", "acknowledged", "mitigated"]),
      at: Instant,
      reason: Reason,
    }),
    model,
    key,
    decide: rules.time,
  }),
  command("incidents.give-role", {
    about: "Gives a role to somebody, from whoever has it; without a person it is free again.",
    allow,
    input: ofIncident.extend({ role: Role, person: Person.optional() }),
    model,
    key,
    decide: rules.give,
  }),
  command("incidents.tick", {
    about: "Ticks an item of a role's checklist, or takes the tick back.",
    allow,
    input: ofIncident.extend({
      role: Role,
      item: z.string().max(60),
      done: z.boolean().default(true),
    }),
    model,
    key,
    decide: rules.tick,
  }),
  command("incidents.note", {
    about: "Writes a note on the timeline, in Markdown.",
    allow,
    input: ofIncident.extend({
      text: z.string().trim().min(1).max(textCharsMax),
      note: z
        .string()
        .regex(/^[\w-]{8,64}$/)
        .optional()
        .describe("The writer's own name for it: sent twice, it is noted once."),
    }),
    model,
    key,
    decide: rules.note,
  }),
  command("incidents.add-task", {
    about: "Adds something to do, for somebody or for whoever takes it.",
    allow,
    input: ofIncident.extend({
      says: z.string().trim().min(3).max(300),
      person: Person.optional(),
    }),
    model,
    key,
    decide: rules.addTask,
  }),
  command("incidents.finish-task", {
    about: "Says that a task is done.",
    allow,
    input: ofIncident.extend({ task: z.string().max(10) }),
    model,
    key,
    decide: rules.finishTask,
  }),
  command("incidents.promise-update", {
    about: "Says when the next update is due.",
    allow,
    input: PromiseUpdate,
    model,
    key,
    decide: (input: z.infer<typeof PromiseUpdate>, state, facts) =>
      rules.promise({ incident: input.incident, inMs: input.in }, state, facts),
  }),
  command("incidents.set-services", {
    about: "Says which services an incident is about.",
    allow,
    input: ofIncident.extend({ services: z.array(z.string().min(1).max(60)).max(50) }),
    model,
    key,
    decide: rules.setServices,
  }),
  command("incidents.merge", {
    about: "Says that an incident is the same trouble as another one.",
    allow,
    input: ofIncident.extend({ into: IncidentId, reason: Reason }),
    model,
    key,
    needs: canMerge,
    decide: rules.merge,
  }),
  command("incidents.set-parent", {
    about: "Makes an incident part of a larger one; without a parent it stands alone.",
    allow,
    input: ofIncident.extend({ parent: IncidentId.optional() }),
    model,
    key,
    needs: canBePart,
    decide: rules.setParent,
  }),
];
