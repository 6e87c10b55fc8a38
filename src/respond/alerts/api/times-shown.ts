import type { Config } from "../config.ts";
import type { Range, Recurring } from "../model/times.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const two = (part: number): string => String(part).padStart(2, "0");
const clock = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${from}:${to}`);

const intervalShown = (of: Recurring): Record<string, unknown> => ({
  ...(of.hours && {
    times: of.hours.map(({ from, to }) => ({ start_time: clock(from), end_time: clock(to) })),
  }),
  ...(of.weekdays && { weekdays: of.weekdays.map((day) => weekdays[day]) }),
  ...(of.daysOfMonth && { days_of_month: of.daysOfMonth.map(rangeText) }),
  ...(of.months && { months: of.months.map(rangeText) }),
  ...(of.years && { years: of.years.map(rangeText) }),
  ...(of.zone === "UTC" ? {} : { location: of.zone }),
});

/** `times` as Alertmanager's `time_intervals`. */
export const timesShown = (times: Config["times"]): Record<string, unknown>[] =>
  Object.entries(times).map(([name, all]) => ({
    name,
    time_intervals: all.map(intervalShown),
  }));
