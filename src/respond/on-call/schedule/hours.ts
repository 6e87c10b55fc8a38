import { instantOf, laterWall, wallOf, weekdayOf } from "#kernel";
import { type Span, within } from "./span.ts";

export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];
/** Hours of the week by the clocks of a zone; `to` at or before `from` is on the next day. Minutes since midnight. */
export type Hours = { days: readonly Weekday[]; from: number; to: number };

const minutesPerDay = 1_440;

/** The stretches within the bounds in which one of these hours is, in order and without overlap. */
export function hoursWithin(hours: readonly Hours[], zone: string, bounds: Span): Span[] {
  const first = laterWall({ ...wallOf(bounds.from, zone), hour: 0, minute: 0 }, { days: -1 });
  const found: Span[] = [];
  for (let day = first; ; day = laterWall(day, { days: 1 })) {
    if (instantOf(day, zone) >= bounds.to) break;
    const name = weekdays[weekdayOf(day)];
    for (const { days, from, to } of hours) {
      if (name === undefined || !days.includes(name)) continue;
      const ends = to <= from ? to + minutesPerDay : to;
      const part = within(
        {
          from: instantOf(laterWall(day, { minutes: from }), zone),
          to: instantOf(laterWall(day, { minutes: ends }), zone),
        },
        bounds,
      );
      if (part !== undefined) found.push(part);
    }
  }
  return merged(found.toSorted((a, b) => a.from - b.from));
}

function merged(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of spans) {
    const last = found.at(-1);
    if (last === undefined || span.from > last.to) found.push({ ...span });
    else last.to = Math.max(last.to, span.to);
  }
  return found;
}
