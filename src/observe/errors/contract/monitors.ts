import { event, problem, query } from "#kernel/contract";
import * as z from "zod";
import { ProjectName } from "./facts.ts";

const minuteMs = 60_000;
/** A job by its project, its slug, and where it runs. */
export const ofMonitor = z.object({
  project: ProjectName,
  monitor: z.string().min(1).max(100),
  environment: z.string().max(64),
});
const inWords = ({ monitor, project, environment }: z.infer<typeof ofMonitor>): string =>
  `The job ${monitor} of ${project}${environment === "" ? "" : ` (${environment})`}`;

/** Why a run counts as failed. */
export const MonitorTrouble = z.enum(["missed", "error", "overran"]);
const troubles = {
  missed: "did not begin when it should have",
  error: "failed",
  overran: "did not end in time",
} as const;

/** A job was missed, failed, or did not end, as often in a row as its SDK said is worth telling. */
export const monitorFailed = event(
  "errors.monitor-failed",
  ofMonitor.extend({
    why: MonitorTrouble,
    at: z.number(),
    /** Failures in a row by now. */
    inRow: z.number().int(),
    /** When a missed run should have begun. */
    expectedAt: z.number().optional(),
  }),
  { says: (d) => `${inWords(d)} ${troubles[d.why]}${d.inRow > 1 ? `, ${d.inRow} times` : ""}` },
);
/** As many good runs in a row as its SDK asks for. */
export const monitorRecovered = event(
  "errors.monitor-recovered",
  ofMonitor.extend({ at: z.number(), lastedMs: z.number() }),
  {
    says: (d) => `${inWords(d)} works again, after ${Math.round(d.lastedMs / minuteMs)} minutes`,
  },
);
/** Somebody said that the job is no more. Should it check in again, it is a new one. */
export const monitorForgotten = event("errors.monitor-forgotten", ofMonitor, {
  says: (d) => `${inWords(d)} is no longer expected`,
});
/** Facts about jobs, on the stream of each. */
export const monitorFacts = [monitorFailed, monitorRecovered, monitorForgotten] as const;

export const unknownMonitor = problem("errors.unknown-monitor", 404, "There is no such job");

const Run = z.object({
  at: z.number(),
  status: z.string(),
  durationMs: z.number().optional(),
});
export const monitors = query(
  "errors.monitors",
  z.object({ project: ProjectName.optional() }),
  z.object({
    monitors: z.array(
      ofMonitor.extend({
        state: z.enum(["ok", "failing", "running"]),
        failing: z.object({ since: z.number(), why: MonitorTrouble }).optional(),
        last: z.object({ at: z.number(), status: z.string() }),
        /** In words; absent where its SDK never said one: such a job cannot be missed. */
        schedule: z.string().optional(),
        /** When it should begin next, and so much later it is missed. */
        nextAt: z.number().optional(),
        marginMs: z.number(),
        runtimeMsMax: z.number(),
        /** The last runs, the newest last. */
        runs: z.array(Run),
      }),
    ),
  }),
  { about: "The jobs that check in (crons): how each went, and when it is due." },
);
