import { Duration } from "#kernel/contract";
import * as z from "zod";
import { CounterName } from "./known-counters.ts";
import { readSeries } from "./series.ts";

const Labels = z.record(z.string(), z.string());
const seriesMax = 100;
const firesMax = 50;

/** What somebody expects of a rule when these numbers come; tried by `castor alerts test`. */
export const RuleTest = z
  .object({
    name: z.string().min(1).max(200).describe("The promise, as a sentence."),
    given: z
      .array(
        z
          .object({
            counter: CounterName.optional().describe("Another one than is looked at."),
            labels: Labels.default({}).describe("Under which labels it is counted."),
            perMinute: z
              .string()
              .max(2_000)
              .refine(
                (text) => readSeries(text) !== undefined,
                'Write "100x20 0x5": 100 a minute for 20 minutes, then none for 5; "40@900x5": 40 measurements of 900; "_x5": nobody counted',
              )
              .describe('"100x20 0x5": 100 a minute for 20 minutes, then none for 5.'),
          })
          .strict(),
      )
      .min(1)
      .max(seriesMax)
      .describe("What is counted from minute 0 on."),
    expect: z
      .array(
        z
          .object({
            fires: Duration.describe("So long after the beginning, to a minute."),
            until: Duration.optional().describe("Without it, to the end of the series."),
            labels: Labels.default({}).describe("Labels that the alert has, among others."),
          })
          .strict(),
      )
      .max(firesMax)
      .default([])
      .describe("When it fires; nothing means never."),
  })
  .strict();
export type RuleTest = z.infer<typeof RuleTest>;
