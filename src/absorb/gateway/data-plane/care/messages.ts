import * as z from "zod";

/** What a worker's breakers tell control. */
export const breakerOpenedFact = z.object({
  what: z.literal("breaker-opened"),
  worker: z.string(),
  service: z.string(),
  requests: z.number(),
  errors: z.number(),
  forMs: z.number(),
});
export const breakerClosedFact = z.object({
  what: z.literal("breaker-closed"),
  worker: z.string(),
  service: z.string(),
  openMs: z.number(),
});
