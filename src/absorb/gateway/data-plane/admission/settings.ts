import * as z from "zod";

/** Whom a limit counts as one: an address (IPv6 by /64), everybody on the route, or a header's value. */
export const CountedBy = z.union([
  z.enum(["address", "route"]),
  z.string().regex(/^header:[a-z0-9-]+$/),
]);

/** A token bucket per caller: `burst` at once, then one every `everyMs`. */
export const RateLimitTarget = z.object({
  name: z.string(),
  by: CountedBy,
  everyMs: z.number().positive(),
  burst: z.number().int().min(1),
  /** Counts whom it would refuse, and refuses nobody. */
  dryRun: z.boolean().default(false),
});
export type RateLimitTarget = z.infer<typeof RateLimitTarget>;
