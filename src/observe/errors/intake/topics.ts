import { topic } from "#kernel/contract";
import * as z from "zod";

/** Requests that the gateway carried to a project's service in the last 5 minutes and hour, and in an hour of the last week. */
const ProjectTraffic = z.object({
  project: z.number(),
  lastFast: z.number(),
  lastSlow: z.number(),
  meanPerHour: z.number(),
});
const Told = z.object({ position: z.number(), type: z.string(), data: z.unknown() });
/** The bus cluster that the intake serves: facts are folded into its tables, questions are answered from them. */
export const intakeCluster = topic(
  "errors.intake",
  z.discriminatedUnion("do", [
    z.object({ do: z.literal("where") }),
    z.object({ do: z.literal("traffic"), at: z.number(), of: z.array(ProjectTraffic) }),
    z.object({ do: z.literal("fold"), epoch: z.string(), facts: z.array(Told) }),
    z.object({ do: z.literal("ask"), what: z.string(), input: z.record(z.string(), z.unknown()) }),
  ]),
);
export type IntakeRequest = z.infer<typeof intakeCluster.schema>;

/** Where control writes who asks. */
export const addressHeader = "castor-address";
