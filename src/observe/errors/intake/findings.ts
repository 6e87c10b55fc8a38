import { Outbox, type Outpost, type Store, type Tables, toOutbox } from "#kernel";
import { topic } from "#kernel/contract";
import * as z from "zod";
import { Evidence } from "../contract.ts";

const ofWatched = { issue: z.string().optional(), project: z.string() };

/** What the intake found that is worth a decision; control turns it into facts. */
export const Finding = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("created"),
    issue: z.string(),
    project: z.string(),
    type: z.string(),
    value: z.string(),
    culprit: z.string(),
    level: z.string(),
    platform: z.string(),
    near: z.string(),
    /** By the rules of paths. */
    owner: z.string().optional(),
    at: z.number(),
    release: z.string().optional(),
    environment: z.string().optional(),
  }),
  /** A resolved issue came again. */
  z.object({
    kind: z.literal("returned"),
    issue: z.string(),
    at: z.number(),
    release: z.string().optional(),
  }),
  /** Maps that came late showed that one error is another: nothing is left of it. */
  z.object({ kind: z.literal("joined"), issue: z.string(), into: z.string() }),
  /** A release that nothing had come from before. */
  z.object({
    kind: z.literal("release"),
    project: z.string(),
    release: z.string(),
    environment: z.string().optional(),
    at: z.number(),
  }),
  /** What a snooze waited for has come. */
  z.object({ kind: z.literal("woke"), issue: z.string(), why: z.string() }),
  /** Of one issue; without it, of all errors of the project together. */
  z.object({ kind: z.literal("spiked"), ...ofWatched, evidence: Evidence }),
  z.object({ kind: z.literal("ramped"), ...ofWatched, evidence: Evidence }),
  z.object({ kind: z.literal("calmed"), ...ofWatched, at: z.number(), lastedMs: z.number() }),
  z.object({
    kind: z.literal("silent"),
    project: z.string(),
    at: z.number(),
    expected: z.number(),
    chance: z.number(),
  }),
  z.object({ kind: z.literal("heard"), project: z.string(), at: z.number() }),
  /** A job that checks in fails, or works again. */
  z.object({
    kind: z.literal("monitor"),
    project: z.string(),
    monitor: z.string(),
    environment: z.string(),
    news: z.discriminatedUnion("what", [
      z.object({
        what: z.literal("failed"),
        why: z.enum(["missed", "error", "overran"]),
        at: z.number(),
        inRow: z.number(),
        expectedAt: z.number().optional(),
      }),
      z.object({ what: z.literal("recovered"), at: z.number(), lastedMs: z.number() }),
    ]),
  }),
]);
export type Finding = z.infer<typeof Finding>;

/** The bus cluster that control serves for the intake. Repeated until answered, so each finding has an id that makes it count once. */
export const intakeReport = topic(
  "errors.control",
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("found"),
      findings: z.array(z.object({ id: z.string(), finding: Finding })),
    }),
    z.object({ kind: z.literal("counted"), delta: z.unknown() }),
  ]),
);
export type IntakeReport = z.infer<typeof intakeReport.schema>;

/** Notes a finding in the transaction that found it. */
export const tell = (tables: Tables, finding: Finding): void => toOutbox(tables, finding);

/** Hands what was found to control. */
export const findingsOf = (outpost: Outpost, store: Store): Outbox<Finding> =>
  new Outbox<Finding>({
    ...{ outpost, store },
    send: (findings, timeoutMs) =>
      outpost.bus.request(
        intakeReport.name,
        { kind: "found", findings: [...findings] } satisfies IntakeReport,
        { timeoutMs },
      ),
  });
