import { topic } from "#kernel/contract";
import * as z from "zod";
import { GroupTold } from "../contract/group.ts";

/** What the outpost tells control: it becomes a fact, once. */
export const Finding = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("told"),
    as: z.enum(["opened", "changed", "closed"]),
    /** Of the fact: a notice that was found twice is one. */
    id: z.string(),
    told: GroupTold,
  }),
  z.object({ kind: z.literal("acknowledged"), group: z.string(), by: z.string() }),
]);
export type Finding = z.infer<typeof Finding>;

/** The bus cluster that control serves for the outpost; `counted` comes each second and shows that control hears senders. */
export const intakeReport = topic(
  "alerts.control",
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("found"),
      findings: z.array(z.object({ id: z.string(), finding: Finding })),
    }),
    z.object({ kind: z.literal("counted"), delta: z.unknown() }),
  ]),
);
export type IntakeReport = z.infer<typeof intakeReport.schema>;

const Own = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.number().optional(),
  endsAt: z.number().optional(),
  generatorURL: z.string().optional(),
});

/** The bus cluster that the outpost serves for control. */
export const intakeCluster = topic(
  "alerts.intake",
  z.discriminatedUnion("do", [
    z.object({ do: z.literal("now"), silenceTurns: z.number() }),
    z.object({ do: z.literal("take"), alerts: z.array(Own) }),
    z.object({
      do: z.literal("end"),
      labels: z.record(z.string(), z.string()),
      at: z.number(),
    }),
    z.object({
      do: z.literal("past"),
      ...{ from: z.number(), to: z.number(), after: z.tuple([z.number(), z.number()]) },
    }),
  ]),
);
export type IntakeRequest = z.infer<typeof intakeCluster.schema>;
