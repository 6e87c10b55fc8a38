import { instantOf, laterWall, monthsLater, type Wall, wallOf, weekdayOf } from "#kernel";

/** The times that a line of a crontab names, by the clocks of a zone. */
export type Crontab = {
  minutes: readonly number[];
  hours: readonly number[];
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** crontab(5): where both are restricted, either is enough. */
  eitherDay: boolean;
};

const nicknames: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const weekdayNames = "sun mon tue wed thu fri sat".split(" ");
const charsMax = 200;
/** 29 February on a Monday comes once in 28 years, and 2100 has none. */
const yearsAheadMax = 41;

/** Five fields or a nickname; nothing where it is no crontab, or one that never comes. */
export function readCrontab(text: string): Crontab | undefined {
  if (text.length > charsMax) return undefined;
  const line = nicknames[text.trim().toLowerCase()] ?? text;
  const [minute, hour, day, month, weekday, ...more] = line.trim().toLowerCase().split(/\s+/);
  if (weekday === undefined || more.length > 0) return undefined;
  const minutes = numbersIn(minute, [0, 59]);
  const hours = numbersIn(hour, [0, 23]);
  const days = numbersIn(day, [1, 31]);
  const months = numbersIn(month, [1, 12, monthNames, 1]);
  const weekdays = numbersIn(weekday, [0, 7, weekdayNames]);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  return {
    ...{ minutes, hours, days: new Set(days), months: new Set(months) },
    weekdays: new Set(weekdays.map((each) => each % 7)),
    eitherDay: !isAny(day) && !isAny(weekday),
  };
}

const isAny = (field = ""): boolean => field.startsWith("*") || field === "?";

/** What one field may hold: numbers, and names for them from `first` on. */
type Field = readonly [min: number, max: number, names?: readonly string[], first?: number];

function numbersIn(text = "", field: Field): number[] | undefined {
  const parts = text.split(",").map((part) => partOf(part, field));
  if (parts.includes(undefined)) return undefined;
  return [...new Set(parts.flatMap((each) => each ?? []))].sort((a, b) => a - b);
}

/** `*`, `5`, `1-5`, each also with a step. `5/15` means from the fifth on, as in Vixie's cron. */
function partOf(part: string, field: Field): number[] | undefined {
  const [min, max] = field;
  const [, range = "", step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const [from = "", to = step === undefined ? from : String(max)] = isAny(range)
    ? [String(min), String(max)]
    : range.split("-");
  const [start, end, every] = [numberOf(from, field), numberOf(to, field), Number(step ?? 1)];
  if (!(start >= min && end <= max && start <= end && every >= 1)) return undefined;
  return Array.from(
    { length: Math.floor((end - start) / every) + 1 },
    (_, nth) => start + nth * every,
  );
}

function numberOf(text: string, [, , names = [], first = 0]: Field): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + first;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

const isDay = (of: Crontab, wall: Wall): boolean => {
  if (!of.months.has(wall.month)) return false;
  const [byDay, byWeekday] = [of.days.has(wall.day), of.weekdays.has(weekdayOf(wall))];
  return of.eitherDay ? byDay || byWeekday : byDay && byWeekday;
};

/** The first instant after `after` that it names; what clocks skip comes when they go on, what they show twice comes once. */
export function nextTime(of: Crontab, after: number, zone: string): number | undefined {
  let wall: Wall = { ...wallOf(after, zone), hour: 0, minute: 0 };
  const yearMax = wall.year + yearsAheadMax;
  while (wall.year <= yearMax) {
    const day = wall;
    // By months where it can: SDKs send lines that never come, and each look is paid for.
    wall = of.months.has(day.month)
      ? laterWall(day, { days: 1 })
      : monthsLater({ ...day, day: 1 }, 1);
    if (!isDay(of, day)) continue;
    for (const hour of of.hours)
      for (const minute of of.minutes) {
        const at = instantOf({ ...day, hour, minute }, zone);
        if (at > after) return at;
      }
  }
  return undefined;
}
