import { event, order, problem, query } from "#kernel/contract";
import * as z from "zod";
import { severities } from "./group.ts";

export const Verdict = z.enum(["useful", "noise"]);
export type Verdict = z.infer<typeof Verdict>;

/** Somebody judged a page: it was worth waking for, or it was noise, and why. */
export const judged = event(
  "alerts.judged",
  z.object({ group: z.string(), verdict: Verdict, because: z.string() }),
  {
    says: ({ verdict, because }) =>
      verdict === "noise" ? `This page was noise: ${because}` : `This page was useful: ${because}`,
  },
);
export const judgeOrder = order<{ group: string; verdict: Verdict; because: string }>(
  "alerts.judge",
);
export const unknownGroup = problem("alerts.unknown-group", 404, "There was no such page");

/** When it came: at work, in the hours around it, at night, or on a day off. */
export const times = ["work", "evening", "night", "weekend"] as const;
export const Time = z.enum(times);
export type Time = z.infer<typeof Time>;
const ByTime = z.object({
  work: z.number(),
  evening: z.number(),
  night: z.number(),
  weekend: z.number(),
});

export const Page = z.object({
  group: z.string(),
  at: z.number(),
  time: Time,
  title: z.string(),
  /** The rule, objective or alert name that it came from. */
  rule: z.string(),
  service: z.string().nullable(),
  severity: z.enum(severities),
  endedAt: z.number().nullable(),
  acknowledgedAt: z.number().nullable(),
  verdict: Verdict.nullable(),
  because: z.string().nullable(),
});
export type Page = z.infer<typeof Page>;

const Judged = z.object({ useful: z.number(), noise: z.number(), unjudged: z.number() });
const RuleRow = Judged.extend({
  rule: z.string(),
  pages: z.number(),
  times: ByTime,
  /** Over without anybody having done anything, within minutes. */
  shortLived: z.number(),
  /** What was said of its noise, the latest first. */
  because: z.array(z.string()),
  /** Where the rule stands in the configuration; null where somebody else's is told. */
  path: z.string().nullable(),
});
const Shift = z.object({ from: z.number(), to: z.number(), pages: z.number() });

/** Who was interrupted how often, when, by what, and whether it was worth it. */
export const noise = query(
  "alerts.noise",
  z.object({
    days: z.coerce.number().int().min(1).max(90).default(7).describe("So many days back."),
  }),
  Judged.extend({
    from: z.number(),
    to: z.number(),
    zone: z.string(),
    pages: z.number(),
    times: ByTime,
    /** Of those judged, the share that was useful; null where none was. */
    actionable: z.number().nullable(),
    rules: z.array(RuleRow),
    budgetPerShift: z.number(),
    shifts: z.object({ all: z.number(), over: z.number(), worst: z.array(Shift) }),
    /** By day, the oldest first. */
    days: z.array(z.object({ day: z.string(), times: ByTime })),
    latest: z.array(Page),
  }),
  {
    about:
      "Interruptions by work, evening, night and weekend, how many were worth it, and the rules that make the noise.",
  },
);
