import { asUtc, type Millis, wallOf, weekdayOf } from "#kernel";

/** From and to, both within; days of the month may count from its end: -1 is the last. */
export type Range = { from: number; to: number };
/** A stretch of time that comes again: all that is said must hold; what is not said always does. */
export type Recurring = {
  zone: string;
  /** Minutes since midnight, `to` not within. */
  hours?: readonly Range[] | undefined;
  /** 0 is Sunday. */
  weekdays?: readonly number[] | undefined;
  daysOfMonth?: readonly Range[] | undefined;
  months?: readonly Range[] | undefined;
  years?: readonly Range[] | undefined;
};

const some = (ranges: readonly Range[] | undefined, value: number): boolean =>
  ranges === undefined || ranges.some(({ from, to }) => value >= from && value <= to);

/** Whether it is such a time, by the clocks of its zone. */
export function isDuring(recurring: Recurring, at: Millis): boolean {
  const { zone, hours, weekdays, daysOfMonth, months, years } = recurring;
  const wall = wallOf(at, zone);
  const minute = wall.hour * 60 + wall.minute;
  const days = new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
  const fromEnd = (day: number): number => (day < 0 ? days + 1 + day : day);
  const dates = daysOfMonth?.map(({ from, to }) => ({ from: fromEnd(from), to: fromEnd(to) }));
  return (
    (hours === undefined || hours.some(({ from, to }) => minute >= from && minute < to)) &&
    (weekdays === undefined || weekdays.includes(weekdayOf(wall))) &&
    some(dates, new Date(asUtc(wall)).getUTCDate()) &&
    some(months, wall.month) &&
    some(years, wall.year)
  );
}

/** When a route tells nobody: while it is one of these, or none of those that it is told in. */
export type Quiet = {
  muted: readonly (readonly Recurring[])[];
  active: readonly (readonly Recurring[])[];
};

export function isQuiet({ muted, active }: Quiet, at: Millis): boolean {
  const isOneOf = (times: readonly Recurring[]): boolean =>
    times.some((each) => isDuring(each, at));
  return muted.some(isOneOf) || (active.length > 0 && !active.some(isOneOf));
}
