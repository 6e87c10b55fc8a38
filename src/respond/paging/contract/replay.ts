import { problem } from "#kernel/contract";
import * as z from "zod";
import { Replayed, severities } from "../../alerts/contract.ts";

const Count = z.object({ was: z.number(), would: z.number() });
const Length = z.object({ was: z.number().nullable(), would: z.number().nullable() });

const PageCalled = z.object({
  at: z.number(),
  title: z.string(),
  service: z.string().nullable(),
  severity: z.enum(severities),
  receiver: z.string(),
  called: z.array(z.object({ person: z.string(), at: z.number() })),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAfterMs: z.number().nullable(),
});

/** Whom other policies would have called, beside whom they called. */
export const CallsReplayed = z.object({
  /** In a sentence or two. */
  says: z.string(),
  pages: Count,
  calls: Count,
  /** Pages that nobody saw to before they were over, or by the end. */
  unanswered: Count,
  /** Half of the pages that somebody saw to were so within that time. */
  medianMs: Length,
  people: z.array(
    z.object({
      person: z.string(),
      ...Count.shape,
      /** Calls while they sleep, by the hours of their zone. */
      atNight: Count,
    }),
  ),
  /** What would have been, oldest first. */
  would: z.array(PageCalled),
});
export type CallsReplayed = z.infer<typeof CallsReplayed>;

/** The past as other rules, routes and policies would have made it. `calls` is null where nobody can be paged. */
export const PagesReplayed = Replayed.extend({ calls: CallsReplayed.nullable() });
export type PagesReplayed = z.infer<typeof PagesReplayed>;

export const replayInvalid = problem("paging.replay-invalid", 422, "The change cannot be read");
