import type * as z from "zod";
import type * as contract from "../contract.ts";
import type { Reading } from "./list.ts";

const hourMs = 3_600_000;
const dayHours = 24;
const weekDays = 7;
const weeksShown = 12;
const daysShown = weeksShown * weekDays;
/** So many of the newest occurrences tell which environments there are; a look at all of them would read the store. */
const environmentsOf = 2_000;

export type Periods = {
  errors: { events: number; before: number };
  open: number;
  weeks: { from: number; events: number; found: number }[];
};

type Daily = { day: number; n: number };
/** By days back from now: a day is the last 24 hours, the one before it the 24 before. */
const upTo = (daily: readonly Daily[], from: number, to: number): number =>
  daily.reduce((sum, { day, n }) => (day >= from && day < to ? sum + n : sum), 0);

/** What the counts say of the last days and weeks, in one pass over each. */
export function periodsOf(
  tables: Reading,
  { days, project }: { days: number; project?: number | undefined },
  now: number,
): Periods {
  const last = Math.floor(now / hourMs);
  const of = project ?? null;
  const oldest = last - daysShown * dayHours;
  const events = tables.all<Daily>(
    `SELECT (?1 - h.hour) / ${dayHours} AS day, sum(h.events) AS n FROM hours h JOIN variants v ON v.id = h.variant
      WHERE h.hour > ?2 AND h.hour <= ?1 AND v.project = coalesce(?3, v.project) GROUP BY 1`,
    ...[last, oldest, of],
  );
  const found = tables.all<Daily>(
    `SELECT (?1 - first_at / ${hourMs}) / ${dayHours} AS day, count(*) AS n FROM issues
      WHERE first_at / ${hourMs} > ?2 AND first_at / ${hourMs} <= ?1 AND project = coalesce(?3, project) GROUP BY 1`,
    ...[last, oldest, of],
  );
  const open = tables.get<{ n: number }>(
    `SELECT count(*) AS n FROM issues WHERE merged_into IS NULL AND project = coalesce(?, project)
      AND state IN ('new', 'ongoing', 'regressed', 'escalating')`,
    of,
  );
  return {
    errors: { events: upTo(events, 0, days), before: upTo(events, days, 2 * days) },
    open: open?.n ?? 0,
    weeks: Array.from({ length: weeksShown }, (_, place) => {
      const newest = (weeksShown - 1 - place) * weekDays;
      const oldestDay = newest + weekDays;
      return {
        from: (last + 1 - oldestDay * dayHours) * hourMs,
        events: upTo(events, newest, oldestDay),
        found: upTo(found, newest, oldestDay),
      };
    }),
  };
}

/** What there is to filter by, the newest releases first. */
export const filtersOf = (tables: Reading): z.infer<typeof contract.filters.output> => ({
  releases: tables
    .all<{ release: string }>(
      "SELECT release FROM releases GROUP BY release ORDER BY max(first_at) DESC LIMIT 100",
    )
    .map(({ release }) => release),
  environments: tables
    .all<{ environment: string }>(
      `SELECT DISTINCT environment FROM (SELECT environment FROM events ORDER BY id DESC LIMIT ?)
        WHERE environment IS NOT NULL ORDER BY environment LIMIT 50`,
      environmentsOf,
    )
    .map(({ environment }) => environment),
  assignees: tables
    .all<{ assignee: string }>(
      "SELECT DISTINCT assignee FROM issues WHERE assignee IS NOT NULL ORDER BY assignee LIMIT 200",
    )
    .map(({ assignee }) => assignee),
});
