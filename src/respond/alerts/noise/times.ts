import { asUtc, instantOf, laterWall, type Millis, wallOf, weekdayOf } from "#kernel";
import type { Time } from "../contract.ts";

/** Minutes since midnight; a night goes over it. */
export type Hours = { from: number; to: number };
export type Calendar = { zone: string; work: Hours; night: Hours };

const isWithin = (minute: number, { from, to }: Hours): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** What kind of time it is by the clocks of the zone: nights come before days off. */
export function timeOf(at: Millis, { zone, work, night }: Calendar): Time {
  const wall = wallOf(at, zone);
  const minute = wall.hour * 60 + wall.minute;
  if (isWithin(minute, night)) return "night";
  const weekday = weekdayOf(wall);
  if (weekday === 0 || weekday === 6) return "weekend";
  return isWithin(minute, work) ? "work" : "evening";
}

export const dayOf = (at: Millis, zone: string): string =>
  new Date(asUtc({ ...wallOf(at, zone), hour: 0, minute: 0 })).toISOString().slice(0, 10);

const minutesPerDay = 1_440;
/** The shifts within a stretch of time: so many minutes each by the wall's clocks, the first of a day beginning then. */
export function shiftsWithin(
  { from, to }: { from: Millis; to: Millis },
  of: { zone: string; startMinute: number; minutes: number },
): { from: Millis; to: Millis }[] {
  const found: { from: Millis; to: Millis }[] = [];
  const perDay = Math.max(1, Math.floor(minutesPerDay / of.minutes));
  const first = laterWall({ ...wallOf(from, of.zone), hour: 0, minute: 0 }, { days: -1 });
  for (let day = first; instantOf(day, of.zone) < to; day = laterWall(day, { days: 1 }))
    for (let n = 0; n < perDay; n++) {
      const begin = laterWall(day, { minutes: of.startMinute + n * of.minutes });
      const end = laterWall(day, { minutes: of.startMinute + (n + 1) * of.minutes });
      const shift = { from: instantOf(begin, of.zone), to: instantOf(end, of.zone) };
      if (shift.to > from && shift.from < to) found.push(shift);
    }
  return found;
}
