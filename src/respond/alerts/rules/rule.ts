import { Duration } from "#kernel/contract";
import * as z from "zod";
import { severities } from "../contract.ts";
import { CounterName, knownCounters } from "./known-counters.ts";
import { RuleTest } from "./test-case.ts";

const windowMsMax = 7 * 86_400_000;
const holdMsMax = 6 * 3_600_000;
export const testsMax = 50;

const percent = z
  .string()
  .regex(/^-?\d+(\.\d+)?%$/, 'Write a share such as "5%"')
  .transform((text) => Number(text.slice(0, -1)) / 100);
/** A number, a share (`5%`) or, for what is measured in milliseconds, a duration. */
const Bound = z.union([z.number(), Duration, percent], {
  error: 'Write a number, a share such as "5%", or a duration such as "800ms"',
});

const LabelName = z.string().regex(/^[a-zA-Z_]\w{0,99}$/, "Letters, digits and underscores");
const Texts = z.record(LabelName, z.string().max(2_000));
const Where = z
  .record(z.string().min(1).max(100), z.string().max(256))
  .refine((all) => Object.keys(all).length <= 20, "Twenty labels at most");
const bounds = ["above", "below", "rises", "falls", "absent"] as const;

/** What is looked at and when it is bad, checked against the counter that it names. */
export const Rule = z
  .object({
    counter: CounterName.describe("What is looked at, such as gateway.requests."),
    where: Where.default({}).describe("Only what was counted under these labels."),
    of: Where.optional().describe("Its share among what was counted under these: from 0 to 1."),
    quantile: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        "Of measurements such as gateway.latency: 0.99 is what the slowest percent exceeds.",
      ),
    by: z
      .array(z.string().min(1).max(100))
      .max(5)
      .default([])
      .describe("Labels to tell apart: each that is bad is an alert of its own."),
    over: Duration.pipe(z.number().min(60_000).max(windowMsMax))
      .prefault("5m")
      .describe("The stretch of time looked at, a minute to a week."),
    per: z
      .enum(["second", "minute", "hour"])
      .optional()
      .describe("The count in so long, on average; otherwise all of the stretch."),
    above: Bound.optional().describe("Bad when more: a number, a share such as 5%, or 800ms."),
    below: Bound.optional().describe("Bad when less; what was not counted is zero."),
    rises: percent.optional().describe("Bad when it grew by more than that against `against`."),
    falls: percent.optional().describe("Bad when it shrank by more than that against `against`."),
    against: Duration.pipe(z.number().min(60_000).max(windowMsMax))
      .optional()
      .describe("How long before; as long as `over`."),
    absent: z.literal(true).optional().describe("Bad when nothing at all was counted."),
    atLeast: z
      .number()
      .min(0)
      .default(0)
      .describe("Says nothing of fewer than these: one of two requests is no outage."),
    for: Duration.pipe(z.number().max(holdMsMax))
      .prefault("2m")
      .describe("It must be bad for so long."),
    keepFor: Duration.pipe(z.number().max(holdMsMax))
      .prefault("1m")
      .describe("It goes on for so long after it was bad last."),
    severity: z.enum(severities).default("error").describe("How loud."),
    summary: z
      .string()
      .max(300)
      .optional()
      .describe("In words; {value} and {label} are filled in."),
    labels: Texts.default({}).describe("Put on the alert."),
    annotations: Texts.default({}).describe("Told along, such as runbook."),
    tests: z.array(RuleTest).max(testsMax).default([]).describe("What `castor alerts test` tries."),
  })
  .strict()
  .superRefine((rule, context) => {
    const wrong = mistakeOf(rule);
    if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  });
export type Rule = z.infer<typeof Rule>;

type Said = {
  [Name in (typeof bounds)[number]]?: unknown;
} & {
  counter: string;
  where: object;
  of?: object | undefined;
  quantile?: number | undefined;
  by: readonly string[];
  against?: number | undefined;
  per?: string | undefined;
};

function mistakeOf(rule: Said): string | undefined {
  const counter = knownCounters.get(rule.counter);
  if (!counter) return undefined; // Told already.
  const given = bounds.filter((each) => rule[each] !== undefined);
  if (given.length !== 1) return `Say one of ${bounds.join(", ")}`;
  const used = [...Object.keys(rule.where), ...Object.keys(rule.of ?? {}), ...rule.by];
  const unknown = used.find((name) => !counter.labels.includes(name));
  if (unknown !== undefined)
    return `${counter.name} has no label "${unknown}"; it has ${counter.labels.join(", ")}`;
  if (rule.quantile !== undefined && counter.kind !== "quantiles")
    return `${counter.name} counts, it measures nothing: leave out quantile`;
  if (rule.quantile !== undefined && (rule.of !== undefined || rule.per !== undefined))
    return "A quantile is neither a share (of) nor a rate (per)";
  if (rule.of !== undefined && rule.per !== undefined) return "A share (of) is no rate (per)";
  const isChange = rule.rises !== undefined || rule.falls !== undefined;
  if (rule.against !== undefined && !isChange) return "against belongs to rises and falls";
  return undefined;
}
