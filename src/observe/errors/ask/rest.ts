import type * as z from "zod";
import type * as contract from "../contract.ts";
import type { Reading } from "./list.ts";

const hourMs = 3_600_000;

/** Open issues and events of the last day, by project. */
export function projectFigures(
  tables: Reading,
  now: number,
): { number: number; open: number; events24h: number }[] {
  const figures = new Map<number, { number: number; open: number; events24h: number }>();
  const of = (number: number): { number: number; open: number; events24h: number } => {
    const known = figures.get(number) ?? { number, open: 0, events24h: 0 };
    figures.set(number, known);
    return known;
  };
  for (const { project, count } of tables.all<{ project: number; count: number }>(
    "SELECT project, count(*) AS count FROM issues WHERE merged_into IS NULL AND state IN ('new', 'ongoing', 'regressed', 'escalating') GROUP BY project",
  ))
    of(project).open = count;
  for (const { project, count } of tables.all<{ project: number; count: number }>(
    "SELECT v.project, sum(h.events) AS count FROM hours h JOIN variants v ON v.id = h.variant WHERE h.hour > ? GROUP BY v.project",
    Math.floor(now / hourMs) - 24,
  ))
    of(project).events24h = count;
  return [...figures.values()];
}

export function releaseHealthOf(
  tables: Reading,
  { project, hours }: { project: number; hours: number },
  now: number,
): z.infer<typeof contract.releaseHealth.output> {
  type Row = {
    release: string;
    environment: string;
    sessions: number;
    errored: number;
    crashed: number;
  };
  const rows = tables.all<Row>(
    `SELECT release, environment, sum(started) AS sessions, sum(errored) AS errored, sum(crashed) AS crashed FROM sessions
      WHERE project = ? AND hour > ? GROUP BY release, environment ORDER BY max(hour) DESC, sessions DESC LIMIT 100`,
    ...[project, Math.floor(now / hourMs) - hours],
  );
  return {
    releases: rows.map((row) => ({
      ...row,
      crashFree: row.sessions === 0 ? null : Math.max(0, 1 - row.crashed / row.sessions),
    })),
  };
}
