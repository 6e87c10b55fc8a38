import { Duration, Zone } from "#kernel";
import * as z from "zod";
import { severities } from "../contract/group.ts";

const clockTime = /^([01]\d|2[0-3]):([0-5]\d)$/;
const minuteOf = (text: string): number => {
  const [, hour = "0", minute = "0"] = clockTime.exec(text) ?? [];
  return Number(hour) * 60 + Number(minute);
};
const Clock = z.string().regex(clockTime, 'Write a time such as "09:00"').transform(minuteOf);
const HoursText = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'Write hours such as "09:00-18:00"')
  .transform((text) => {
    const [from = "", to = ""] = text.split("-");
    return { from: minuteOf(from), to: minuteOf(to) };
  });
const hour = 3_600_000;

/** What counts as work, evening and night in the noise report, and how much a shift bears. */
export const NoiseConfig = z
  .object({
    from: z
      .enum(severities)
      .default("warning")
      .describe("What is milder interrupts nobody, as `callsFrom` of paging's policies has it."),
    zone: Zone.default("UTC").describe("By whose clocks."),
    work: HoursText.prefault("09:00-18:00").describe("On Monday to Friday."),
    night: HoursText.prefault("23:00-07:00").describe("On every day."),
    shift: Duration.pipe(
      z
        .number()
        .min(hour)
        .max(24 * hour),
    )
      .prefault("12h")
      .describe("How long somebody is on call at a stretch."),
    shiftStart: Clock.prefault("08:00").describe("When the first shift of a day begins."),
    budgetPerShift: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(2)
      .describe("More pages in a shift are too many: each costs hours with what follows from it."),
  })
  .strict();
export type NoiseConfig = z.infer<typeof NoiseConfig>;
