import * as z from "zod";

/** A time of day and a date as clocks on a wall show it, without saying where the wall is. */
export type Wall = {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
};

const secondMs = 1_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The name of a time zone as IANA writes it; never an offset, which is wrong for half of the year. */
export const Zone = z.string().refine(isZone, 'Write a time zone such as "Europe/Paris"');

function isZone(zone: string): boolean {
  try {
    return zone.length > 0 && clockOf(zone).format(0) !== "";
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const clocksMax = 1_000;

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  if (clocks.size >= clocksMax) clocks.clear();
  clocks.set(zone, made);
  return made;
}

/** A stretch at whose ends a zone's clocks were seen alike; no zone changes them twice within it. */
type Steady = { from: number; to: number; offsetMs: number };
const steadyMs = 10 * dayMs;
const steadies = new Map<string, Steady>();

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function offsetMs(at: number, zone: string): number {
  const known = steadies.get(zone);
  if (known !== undefined && at >= known.from && at <= known.to) return known.offsetMs;
  const offset = readOffsetMs(at, zone);
  const [from, to] = [at - dayMs, at + steadyMs];
  if (readOffsetMs(from, zone) !== offset || readOffsetMs(to, zone) !== offset) return offset;
  if (steadies.size >= clocksMax) steadies.clear();
  steadies.set(zone, { from, to, offsetMs: offset });
  return offset;
}

function readOffsetMs(at: number, zone: string): number {
  // "22/11/2026, 09:26:00": taken apart by hand, since `formatToParts` costs five times as much.
  const shown = clockOf(zone).format(at);
  const number = (from: number, to: number): number => Number(shown.slice(from, to));
  const year = shown.indexOf(",");
  const time = year + 2;
  return (
    Date.UTC(
      number(6, year),
      number(3, 5) - 1,
      number(0, 2),
      number(time, time + 2),
      number(time + 3, time + 5),
      number(time + 6, time + 8),
    ) -
    Math.floor(at / secondMs) * secondMs
  );
}

/** What clocks in a zone show at an instant, to the minute. */
export function wallOf(at: number, zone: string): Wall {
  const shown = new Date(at + offsetMs(at, zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
}

/** A wall's time as if it hung in Greenwich: for arithmetic on walls. */
export const asUtc = ({ year, month, day, hour, minute }: Wall): number =>
  Date.UTC(year, month - 1, day, hour, minute);

/** 0 is Sunday. */
export const weekdayOf = (wall: Wall): number => new Date(asUtc(wall)).getUTCDay();

/**
 * The instant at which clocks in a zone show this. What is shown twice, when clocks go back, is the first of the two; what is
 * never shown, when they go forward, is the first instant after the gap.
 */
export function instantOf(wall: Wall, zone: string): number {
  const local = asUtc(wall);
  const [before, after] = [offsetMs(local - dayMs, zone), offsetMs(local + dayMs, zone)];
  if (before === after) return local - before;
  const fits = [before, after]
    .filter((offset) => offsetMs(local - offset, zone) === offset)
    .map((offset) => local - offset);
  if (fits.length > 0) return Math.min(...fits);
  // Within the gap: the change lies between what the two offsets would make of it.
  let [early, late] = [local - after, local - before];
  while (late - early > secondMs) {
    const middle = Math.floor((early + late) / 2 / secondMs) * secondMs;
    if (middle <= early) break;
    if (offsetMs(middle, zone) === before) early = middle;
    else late = middle;
  }
  return late;
}

/** A wall's time so many days, hours or minutes later, as a wall shows it: no day is ever longer than another. */
export function laterWall(wall: Wall, by: { days?: number; minutes?: number }): Wall {
  const moved = asUtc(wall) + (by.days ?? 0) * dayMs + (by.minutes ?? 0) * minuteMs;
  return wallOf(moved, "UTC");
}

/** The same day so many months later; the last one of a month that is shorter. */
export function monthsLater(wall: Wall, months: number): Wall {
  const count = wall.year * 12 + (wall.month - 1) + months;
  const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { ...wall, year, month, day: Math.min(wall.day, lastDay) };
}
