import { query } from "#kernel/contract";
import * as z from "zod";

/** From so many values on, quartiles and a comparison say something; below, only the values themselves do. */
export const tellingFrom = 5;

/** Milliseconds from the first moment that counts to the last. */
export const Spread = z.object({
  n: z.number(),
  min: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p90: z.number(),
  max: z.number(),
  mean: z.number(),
});
export type Spread = z.infer<typeof Spread>;

export const lengthNames = ["detect", "acknowledge", "mitigate", "resolve"] as const;
export type LengthName = (typeof lengthNames)[number];

const Length = z.object({
  name: z.enum(lengthNames),
  /** Null where no incident has this length yet. */
  now: Spread.nullable(),
  before: Spread.nullable(),
  /** Every value behind it, the longest first. */
  each: z.array(z.object({ incident: z.string(), title: z.string(), ms: z.number() })),
  eachBefore: z.array(z.number()),
});
export type Length = z.infer<typeof Length>;

const Part = z.object({ name: z.string(), now: z.number(), before: z.number() });
export type Part = z.infer<typeof Part>;

const Budget = z.object({
  objective: z.string(),
  of: z.string(),
  target: z.number(),
  periodMs: z.number(),
  /** The share that is left; below zero it is overdrawn, null where nothing was counted. */
  left: z.number().nullable(),
});

const Review = z.object({
  /** Incidents of the period that are over, and what became of their post-mortems. */
  over: z.number(),
  onTime: z.number(),
  late: z.number(),
  /** Due and not published. */
  overdue: z.number(),
  /** Not due yet. */
  waiting: z.number(),
  none: z.number(),
  actions: z.object({
    done: z.number(),
    doneLate: z.number(),
    open: z.number(),
    overdue: z.number(),
    dropped: z.number(),
  }),
});
export type Review = z.infer<typeof Review>;

const Period = z.object({ from: z.number(), to: z.number() });
export const Asked = z.object({
  days: z.number().int().min(1).max(730).default(90).describe("How long the period is."),
  to: z
    .number()
    .optional()
    .describe("Its end, in milliseconds since 1970; now unless told otherwise."),
  service: z.string().max(60).optional().describe("Only incidents about this service."),
  severity: z.enum(["sev1", "sev2", "sev3", "sev4"]).optional().describe("Only this severity."),
});
export type Asked = z.infer<typeof Asked>;

export const show = query(
  "reliability.show",
  Asked,
  z.object({
    at: z.number(),
    now: Period,
    before: Period,
    incidents: z.object({ now: z.number(), before: z.number(), open: z.number() }),
    lengths: z.array(Length),
    severities: z.array(Part),
    services: z.array(Part),
    causes: z.array(Part),
    origins: z.array(Part),
    changes: z.array(Part),
    budgets: z.array(Budget),
    /** Incidents of the period that had happened before. */
    again: z.array(z.object({ incident: z.string(), title: z.string(), of: z.string() })),
    review: Review,
    /** There were more incidents than are looked at: the numbers are of the newest. */
    isCut: z.boolean(),
  }),
  {
    about:
      "How incidents went over a period, beside the one before: how long each part took, what they were of, what is left of the error budget, and whether they were reviewed.",
  },
);
