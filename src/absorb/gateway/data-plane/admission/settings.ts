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

/** Who looks for ways in, and what becomes of them. */
export const ScannerSettings = z.object({
  mode: z.enum(["off", "dry-run", "on"]).default("off"),
  /** So many different paths that are not there, within so long, are no accident. */
  distinctPaths: z.number().int().min(2).max(100).default(10),
  withinMs: z.number().int().min(1).default(10_000),
  /** How long a mark lasts. */
  outMs: z.number().int().min(1).default(300_000),
  /** One hit is enough, where it is not there. */
  decoys: z.array(z.string()).default([]),
  /** Addresses or ranges that are never marked. */
  never: z.array(z.string()).default([]),
});
export type ScannerSettings = z.infer<typeof ScannerSettings>;
