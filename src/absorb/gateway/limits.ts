import * as z from "zod";
import type { RateLimitTarget } from "./data-plane/admission/settings.ts";

const periodsMs = { s: 1_000, m: 60_000, h: 3_600_000 };
const ratePattern = /^(\d+)\/([smh])$/;

const Rate = z
  .string()
  .regex(ratePattern, 'Write a rate such as "10/s", "100/m" or "1000/h"')
  .refine((text) => Number.parseInt(text, 10) > 0, "A rate is at least 1");

/** One rate limit of a route, as people write it. */
export const RateLimitConfig = z
  .object({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A name has small letters, digits and "-"')
      .describe("Part of the reason code: `gateway.rate-limited.<name>`."),
    rate: Rate.describe('How many requests in which time: "10/s", "100/m", "1000/h".'),
    burst: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("So many at once after a quiet time; as many as the rate names when absent."),
    by: z
      .union([
        z.enum(["address", "route"]),
        z.string().regex(/^header:[A-Za-z0-9-]+$/, 'Write "address", "route" or "header:x-name"'),
      ])
      .default("address")
      .describe(
        "Who is counted as one: an address (IPv6 by /64), all of the route, or a header's value such as `header:x-api-key`.",
      ),
    dryRun: z.boolean().default(false).describe("Only counts whom it would refuse."),
  })
  .strict();
export type RateLimitConfig = z.infer<typeof RateLimitConfig>;

/** The limits of one route; each has a name of its own. */
export const RateLimitsConfig = z
  .array(RateLimitConfig)
  .refine((limits) => new Set(limits.map(({ name }) => name)).size === limits.length, {
    message: "Two limits of one route have the same name",
  });

/** The same in the words of the data plane. */
export function rateLimitTarget({
  name,
  rate,
  burst,
  by,
  dryRun,
}: RateLimitConfig): RateLimitTarget {
  const [, count = "1", unit = "s"] = ratePattern.exec(rate) ?? [];
  return {
    name,
    by: by.toLowerCase(),
    everyMs: periodsMs[unit as keyof typeof periodsMs] / Number(count),
    burst: burst ?? Number(count),
    dryRun,
  };
}
