import * as z from "zod";

/** How a worker keeps its access log. */
export const AccessLogTarget = z.object({
  format: z.enum(["json", "combined"]).default("json"),
  /** Of all requests, which share has a line. */
  share: z.number().min(0).max(1).default(1),
  addresses: z.enum(["truncated", "whole", "none"]).default("truncated"),
  /** What one worker's files hold together at most. */
  bytesMax: z.number().int().min(1).default(268_435_456),
  /** Names of query parameters whose values are not written. */
  masked: z.array(z.string()).default([]),
});
export type AccessLogTarget = z.infer<typeof AccessLogTarget>;
