import { query } from "#kernel/contract";
import * as z from "zod";
import { SuspectChange } from "../../../observe/errors/contract.ts";

/** Something that was counted otherwise than in the hour before. */
export const Anomaly = z.object({
  /** In a few words: `5xx answers of shop`. */
  what: z.string(),
  /** Per minute, or milliseconds where it is measured. */
  before: z.number(),
  now: z.number(),
  says: z.string(),
});
export type Anomaly = z.infer<typeof Anomaly>;

/** What was different just before it began. */
export const Before = z.object({
  /** The likeliest first. */
  changes: z.array(SuspectChange),
  anomalies: z.array(Anomaly),
});
export type Before = z.infer<typeof Before>;

export const whatChanged = query(
  "alerts.what-changed",
  z.object({
    service: z.string().max(200).optional().describe("Of this service, and what is of none."),
    at: z.coerce.number().optional().describe("Before this instant, in epoch milliseconds; now."),
  }),
  Before.extend({ at: z.number() }),
  {
    about:
      "What changed before something began to be wrong, the likeliest first, and which numbers were odd.",
  },
);
