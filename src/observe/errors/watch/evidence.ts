import type { Tables } from "#kernel";
import { tell } from "../intake/findings.ts";
import { isProject, type Place, type Subject } from "./memory.ts";
import type { Heard } from "./silence.ts";
import type { Alarm } from "./watched.ts";

type Names = ReadonlyMap<number, string>;
const releasesTold = 3;

/** Whom a finding is about: one issue, or a project as a whole. */
const about = ({ id, project }: Subject, names: Names): { issue?: string; project: string } => ({
  project: names.get(project) ?? String(project),
  ...(isProject(id) ? {} : { issue: id }),
});

/** Tells an alarm with its evidence. */
export function raised(
  tables: Tables,
  subject: Subject,
  alarm: Alarm,
  of: { names: Names; place: Place },
): void {
  const { kind, length, since, expected, observed, chance, people } = alarm;
  const from = length === "fast" ? of.place.fastFrom : of.place.slowFrom;
  const releases = isProject(subject.id) ? [] : releasesOf(tables, subject.id, from);
  tell(tables, {
    kind: kind === "spike" ? "spiked" : "ramped",
    ...about(subject, of.names),
    evidence: {
      window: length === "fast" ? "5m" : "1h",
      ...{ expected, observed, chance, at: since, releases },
      ...(people === undefined ? {} : { people }),
    },
  });
}

function releasesOf(tables: Tables, issue: string, from: number): string[] {
  return tables
    .all<{ release: string }>(
      `SELECT release FROM (SELECT e.release FROM variants v JOIN events e ON e.variant = v.id
        WHERE v.issue = ? AND e.id > ? AND e.release IS NOT NULL LIMIT 1000) GROUP BY release ORDER BY count(*) DESC LIMIT ?`,
      ...[issue, from, releasesTold],
    )
    .map(({ release }) => release);
}

export function calmed(
  tables: Tables,
  subject: Subject,
  of: { at: number; since: number; names: Names },
): void {
  tell(tables, {
    kind: "calmed",
    ...about(subject, of.names),
    at: of.at,
    lastedMs: of.at - of.since,
  });
}

/** A project fell silent, or is heard again. */
export function sayHeard(
  tables: Tables,
  project: string,
  what: Exclude<Heard, undefined>,
  at: number,
): void {
  if (what === "again") tell(tables, { kind: "heard", project, at });
  else tell(tables, { kind: "silent", project, at, ...what.silent });
}
