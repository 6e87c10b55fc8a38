import { counter, query } from "#kernel/contract";
import * as z from "zod";

/** Lines of the access log: `written`, `dropped` because the disk was too slow, or `failed` to be written. */
export const accessLogLines = counter("gateway.access-log-lines", "sum", ["outcome"], "lines");

export const LastLine = z.object({ seq: z.number(), at: z.number(), line: z.string() });
export type LastLine = z.infer<typeof LastLine>;

/** Workers answer here with their last lines. */
export const accessLogCluster = "gateway.access-log";
export const AccessLogRequest = z.object({
  /** Per worker, the last line that is known already. */
  after: z.record(z.string(), z.number()),
  max: z.number(),
});
export const AccessLogAnswer = z.object({
  worker: z.string(),
  isOn: z.boolean(),
  lines: z.array(LastLine),
});
export type AccessLogAnswer = z.infer<typeof AccessLogAnswer>;

const linesMax = 500;
/** Addresses are personal data, also where they are truncated: viewers do not see them. */
export const accessLog = query(
  "gateway.access-log",
  z.object({
    lines: z.number().int().min(1).max(linesMax).default(50),
    after: z
      .string()
      .regex(/^[^:,]+:\d+(,[^:,]+:\d+)*$/)
      .optional()
      .describe("The `after` of an earlier answer: only what came since."),
  }),
  z.object({
    isOn: z.boolean(),
    lines: z.array(LastLine.extend({ worker: z.string() })),
    after: z.string().nullable(),
  }),
  { about: "The last lines of the access log, of all workers.", allow: "responder" },
);
