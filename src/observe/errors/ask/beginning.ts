import type { Beginning } from "#kernel";
import { pastOf } from "../spikes/windows.ts";
import { chanceOfFixed } from "../spikes/fixed.ts";
import { priorFrom } from "../spikes/first-hours.ts";
import type { Whole } from "../watch/memory.ts";
import type { Watched } from "../watch/watched.ts";
import type { Standing } from "../intake/fold.ts";
import type { Reading } from "./list.ts";

const hourMs = 3_600_000;
/** So many hours from the beginning on say how often it happens. */
const rateHours = 6;
const firstEvents = 20;

/** How an issue began, or how it went on from a later time. */
export function beginningOf(
  tables: Reading,
  { issue, at }: { issue: string; at?: number },
  now: number,
): Beginning | undefined {
  const known = tables.get<{ first_at: number; project: number }>(
    "SELECT first_at, project FROM issues WHERE id = ?",
    issue,
  );
  if (!known) return undefined;
  const firstAt = at ?? known.first_at;
  const hour = Math.floor(firstAt / hourMs);
  const { events } = tables.get<{ events: number }>(
    `SELECT coalesce(sum(h.events), 0) AS events FROM variants v JOIN hours h ON h.variant = v.id
      WHERE v.issue = ? AND h.hour >= ? AND h.hour < ?`,
    ...[issue, hour, hour + rateHours],
  ) ?? { events: 0 };
  const hours = Math.min(rateHours, Math.max(0.1, (now - firstAt) / hourMs));
  const releases = tables.all<{ release: string; events: number }>(
    `SELECT release, count(*) AS events FROM (SELECT e.release FROM variants v JOIN events e ON e.variant = v.id
      WHERE v.issue = ? AND e.received >= ? AND e.release IS NOT NULL LIMIT ?) GROUP BY release`,
    ...[issue, firstAt, firstEvents],
  );
  const traffic = trafficOf(tables, known.project, hour);
  return {
    ...{ firstAt, perHour: events / hours },
    ...(releases.length === 0
      ? {}
      : { releases: Object.fromEntries(releases.map((each) => [each.release, each.events])) }),
    ...(traffic === undefined ? {} : { traffic }),
  };
}

/** The share of sessions that each release had in the day until then. */
function trafficOf(
  tables: Reading,
  project: number,
  hour: number,
): Record<string, number> | undefined {
  const rows = tables.all<{ release: string; started: number }>(
    "SELECT release, sum(started) AS started FROM sessions WHERE project = ? AND hour > ? AND hour <= ? GROUP BY release LIMIT 1000",
    ...[project, hour - 24, hour],
  );
  const total = rows.reduce((sum, { started }) => sum + started, 0);
  return total === 0
    ? undefined
    : Object.fromEntries(rows.map(({ release, started }) => [release, started / total]));
}

/**
 * How likely a resolved issue is gone: the chance that it would have been as quiet for so long anyway, by what is remembered of it.
 * Nothing where nobody resolved it, or nothing is remembered.
 */
export function fixedChance(tables: Reading, issue: string, now: number): number | undefined {
  const row = tables.get<{ project: number; state: string; detail: string; last_at: number }>(
    "SELECT project, state, detail, last_at FROM issues WHERE id = ?",
    issue,
  );
  if (row?.state !== "resolved") return undefined;
  const [own, all] = [
    tables.get<{ state: string }>("SELECT state FROM watched WHERE subject = ?", issue),
    tables.get<{ state: string }>(
      "SELECT state FROM watched_projects WHERE project = ?",
      row.project,
    ),
  ];
  if (!own || !all) return undefined;
  const watched = JSON.parse(own.state) as Watched;
  const whole = JSON.parse(all.state) as Whole;
  const since = Math.max((JSON.parse(row.detail) as Standing).since ?? 0, row.last_at);
  const past = pastOf(watched.slow.trail, whole.grounds.slow, "slow");
  // What is quiet now has not been heard in these hours, so they are not part of how often it came before.
  const quietHours = Math.max(0, now - since) / hourMs;
  const before = { ...past, hours: Math.max(0, past.hours - quietHours) };
  return chanceOfFixed(before, quietHours, priorFrom(whole.firstHours));
}
