import { instantOf, laterWall, type Wall, wallOf, weekdayOf, Zone } from "#kernel";
import * as z from "zod";

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const daysInWeek = 7;

/** To whom the week's report goes, and when. */
export const ReportMail = z
  .object({
    to: z
      .array(z.email().max(254))
      .max(50)
      .default([])
      .describe("Who gets the week's report by e-mail (`mail.smtp`); nobody when empty."),
    day: z.enum(weekdays).default("mon"),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time such as "09:00"')
      .default("09:00"),
    zone: Zone.default("UTC").describe("By whose clocks, such as Europe/Paris."),
  })
  .strict();
export type ReportMail = z.infer<typeof ReportMail>;

/** The last time that the report was due, at or before `now`. */
export function lastDue({ day, at, zone }: Omit<ReportMail, "to">, now: number): number {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const today: Wall = { ...wallOf(now, zone), hour, minute };
  const back = (weekdayOf(today) - weekdays.indexOf(day) + daysInWeek) % daysInWeek;
  const due = instantOf(laterWall(today, { days: -back }), zone);
  return due <= now ? due : instantOf(laterWall(today, { days: -back - daysInWeek }), zone);
}
