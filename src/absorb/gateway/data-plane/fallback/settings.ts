import * as z from "zod";

/** Why a fallback service is asked: what the route's own service could not do. */
export const causes = ["connect-failed", "no-answer", "breaker", "queue", "5xx"] as const;
export const Cause = z.enum(causes);
export type Cause = z.infer<typeof Cause>;

export const FallbackTarget = z.object({
  service: z.string(),
  on: z.array(Cause).default([...causes]),
});
export type FallbackTarget = z.infer<typeof FallbackTarget>;

/** A folder of pages for refusals, and whether they also stand in for the service's own error pages. */
export const PagesTarget = z.object({
  folder: z.string(),
  replace: z.boolean().default(false),
});
export type PagesTarget = z.infer<typeof PagesTarget>;
