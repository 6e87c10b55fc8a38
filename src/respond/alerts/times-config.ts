import { Zone } from "#kernel";
import * as z from "zod";
import type { Range, Recurring } from "./model/times.ts";

const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const hoursPattern = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

const Hours = z
  .string()
  .regex(hoursPattern, 'Write hours of one day such as "09:00-17:30"; a night is two of them')
  .transform((text): Range => {
    const [, fromHour, fromMinute, toHour, toMinute] = hoursPattern.exec(text) ?? [];
    return {
      from: Number(fromHour) * 60 + Number(fromMinute),
      to: Number(toHour) * 60 + Number(toMinute),
    };
  })
  .refine(({ from, to }) => from < to && to <= 1_440, "They end after they begin, by 24:00");

const numberRange = (min: number, max: number) =>
  z
    .union([z.number().int().min(min).max(max), z.string().regex(/^-?\d{1,4}:-?\d{1,4}$/)], {
      error: 'Write a number, or a range such as "1:5"',
    })
    .transform((said): Range => {
      const [from = 0, to = 0] =
        typeof said === "number" ? [said, said] : said.split(":").map(Number);
      return { from, to };
    })
    .refine(
      ({ from, to }) => from >= min && to <= max && (from <= to || (from > 0 && to < 0)),
      `From ${min} to ${max}`,
    );

/** One stretch of time that comes again. */
export const RecurringText = z
  .object({
    zone: Zone.default("UTC").describe("By whose clocks."),
    hours: z.array(Hours).max(20).optional().describe('Such as "09:00-17:00".'),
    weekdays: z.array(z.enum(weekdayNames)).max(7).optional().describe("Such as mon."),
    daysOfMonth: z
      .array(numberRange(-31, 31))
      .max(31)
      .optional()
      .describe('Such as 1 or "1:5"; -1 is the last day.'),
    months: z.array(numberRange(1, 12)).max(12).optional().describe('Such as 12 or "1:3".'),
    years: z.array(numberRange(1970, 9999)).max(20).optional().describe("Such as 2026."),
  })
  .strict()
  .transform(({ weekdays, ...rest }): Recurring => ({
    ...rest,
    weekdays: weekdays?.map((day) => weekdayNames.indexOf(day)),
  }));
