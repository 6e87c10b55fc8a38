import type { Reading } from "../ask/list.ts";

const hourMs = 3_600_000;
const dayHours = 24;
const healthHours = 30 * 24;
const issuesShown = 50;
type At = { now: number };

/** What the inbox knows of the releases of a project. */
export type Figures = {
  release: string;
  firstAt: number;
  newIssues: number;
  sessions: number;
  crashed: number;
  /** Sessions of the last day. */
  lately: number;
};

const since = ({ now }: At): number => Math.floor(now / hourMs) - healthHours;

/** Sessions of the last 30 days and errors that came first in it, for each release. */
export const releaseFigures = (
  tables: Reading,
  { project }: { project: number },
  at: At,
): Figures[] =>
  tables.all<Figures>(
    `WITH health AS (
        SELECT release, sum(started) AS sessions, sum(crashed) AS crashed, min(hour) AS hour,
          sum(CASE WHEN hour > ?3 THEN started ELSE 0 END) AS lately FROM sessions
          WHERE project = ?1 AND hour > ?2 AND release <> '' GROUP BY release),
      born AS (
        SELECT first_release AS release, count(*) AS newIssues FROM issues
          WHERE project = ?1 AND merged_into IS NULL AND first_release IS NOT NULL GROUP BY first_release),
      known AS (SELECT release, first_at AS firstAt FROM releases WHERE project = ?1
        UNION ALL SELECT release, hour * ${hourMs} FROM health
          WHERE release NOT IN (SELECT release FROM releases WHERE project = ?1))
      SELECT k.release, k.firstAt, coalesce(b.newIssues, 0) AS newIssues, coalesce(h.sessions, 0) AS sessions,
        coalesce(h.crashed, 0) AS crashed, coalesce(h.lately, 0) AS lately FROM known k LEFT JOIN health h USING (release) LEFT JOIN born b USING (release)`,
    ...[project, since(at), Math.floor(at.now / hourMs) - dayHours],
  );

/** One release: what came first in it, and its health by environment. */
export const releaseDetail = (
  tables: Reading,
  { project, release }: { project: number; release: string },
  at: At & { maps: (project: number, release: string) => number },
): {
  maps: number;
  issues: { id: string; type: string; value: string }[];
  environments: { environment: string; sessions: number; crashed: number }[];
} => ({
  maps: at.maps(project, release),
  issues: tables.all(
    `SELECT id, type, value FROM issues WHERE project = ? AND first_release = ? AND merged_into IS NULL
      ORDER BY events DESC LIMIT ?`,
    ...[project, release, issuesShown],
  ),
  environments: tables.all(
    `SELECT environment, sum(started) AS sessions, sum(crashed) AS crashed FROM sessions
      WHERE project = ? AND release = ? AND hour > ? GROUP BY environment ORDER BY sessions DESC LIMIT 50`,
    ...[project, release, since(at)],
  ),
});
