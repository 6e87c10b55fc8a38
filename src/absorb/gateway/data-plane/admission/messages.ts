import { topic } from "#kernel/contract";
import * as z from "zod";

/** Someone whom a worker takes for a scanner; times since the epoch. */
export const ScannerMark = z.object({
  caller: z.string(),
  address: z.string(),
  why: z.enum(["decoy", "probing"]),
  paths: z.array(z.string()),
  at: z.number(),
  until: z.number(),
});

/** What admission tells control, beside what it counts. */
export const limitReachedFact = z.object({
  what: z.literal("limit-reached"),
  worker: z.string(),
  route: z.string(),
  limit: z.string(),
  by: z.string(),
  everyMs: z.number(),
  burst: z.number(),
  dryRun: z.boolean(),
});
export const scannerMarkedFact = z.object({
  what: z.literal("scanner-marked"),
  worker: z.string(),
  mark: ScannerMark,
  dryRun: z.boolean(),
});

/** What one worker's admission knows and the others should: a caller may use several. */
export const admissionShared = topic(
  "gateway.admission",
  z.object({
    from: z.string(),
    taken: z.array(
      z.object({
        route: z.string(),
        limit: z.string(),
        taken: z.array(z.object({ key: z.string(), count: z.number() })),
      }),
    ),
    marks: z.array(ScannerMark),
  }),
);

/** The bus cluster of the workers' admission. */
export const admissionCluster = topic(
  "gateway.admission-workers",
  z.discriminatedUnion("do", [
    z.object({ do: z.literal("list-marks") }),
    z.object({ do: z.literal("unmark"), address: z.string() }),
  ]),
);
/** The answer to both: the marks that are there, or those that were taken away. */
export const AdmissionMarks = z.object({ worker: z.string(), marks: z.array(ScannerMark) });
