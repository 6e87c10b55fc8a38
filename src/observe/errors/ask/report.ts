import type * as z from "zod";
import type * as contract from "../contract.ts";
import type { Reading } from "./list.ts";

const hourMs = 3_600_000;
const weekHours = 168;
const weeksShown = 12;
/** So many of the newest occurrences tell which environments there are; a look at all of them would read the store. */
const environmentsOf = 2_000;

export type Periods = {
  errors: { events: number; before: number };
  open: number;
  weeks: { from: number; events: number; found: number }[];
};

/** What the counts say of the last days and weeks. */
export function periodsOf(
  tables: Reading,
  { days, project }: { days: number; project?: number | undefined },
  now: number,
): Periods {
  const last = Math.floor(now / hourMs);
  const of = project ?? null;
  const sum = (after: number, upTo: number): number =>
    tables.get<{ n: number }>(
      `SELECT coalesce(sum(h.events), 0) AS n FROM hours h JOIN variants v ON v.id = h.variant
        WHERE h.hour > ? AND h.hour <= ? AND v.project = coalesce(?, v.project)`,
      ...[after, upTo, of],
    )?.n ?? 0;
  const found = (after: number, upTo: number): number =>
    tables.get<{ n: number }>(
      "SELECT count(*) AS n FROM issues WHERE first_at >= ? AND first_at < ? AND project = coalesce(?, project)",
      ...[(after + 1) * hourMs, (upTo + 1) * hourMs, of],
    )?.n ?? 0;
  const hours = days * 24;
  return {
    errors: {
      events: sum(last - hours, last),
      before: sum(last - 2 * hours, last - hours),
    },
    open:
      tables.get<{ n: number }>(
        `SELECT count(*) AS n FROM issues WHERE merged_into IS NULL AND project = coalesce(?, project)
          AND state IN ('new', 'ongoing', 'regressed', 'escalating')`,
        of,
      )?.n ?? 0,
    weeks: Array.from({ length: weeksShown }, (_, place) => {
      const upTo = last - (weeksShown - 1 - place) * weekHours;
      const after = upTo - weekHours;
      return { from: (after + 1) * hourMs, events: sum(after, upTo), found: found(after, upTo) };
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
