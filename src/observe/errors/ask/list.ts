import type { Tables } from "#kernel";
import { type Issue, type IssueState, type Span, spans } from "../contract.ts";
import type { Standing } from "../intake/fold.ts";
import { usersOf } from "../intake/fold.ts";
import { search } from "./search.ts";

export type Reading = Pick<Tables, "all" | "get">;
/** An issue that is new for a week is an old friend then, if nobody decided on it. */
const newMs = 7 * 86_400_000;
const hourMs = 3_600_000;

export type IssueRow = {
  id: string;
  project: number;
  type: string;
  value: string;
  culprit: string;
  level: string;
  platform: string;
  handled: number;
  state: IssueState;
  detail: string;
  assignee: string | null;
  link: string | null;
  first_at: number;
  last_at: number;
  events: number;
  first_release: string | null;
  last_release: string | null;
};
const columns = `id, project, type, value, culprit, level, platform, handled, state, detail, assignee, link,
  first_at, last_at, events, first_release, last_release`;

export type Listing = {
  project?: number | undefined;
  state: IssueState | "open";
  assignee?: string | undefined;
  environment?: string | undefined;
  release?: string | undefined;
  search: string;
  sort: "last" | "first" | "events";
  span: Span;
  limit: number;
  offset: number;
};
type Projects = ReadonlyMap<number, string>;

const order = { last: "last_at DESC", first: "first_at DESC", events: "events DESC" } as const;
const open = "('new', 'ongoing', 'regressed', 'escalating')";

/** A page of issues, and how many there are in all. */
export function listIssues(
  tables: Reading,
  of: Listing,
  { projects, now }: { projects: Projects; now: number },
): { issues: Issue[]; total: number } {
  const where: string[] = ["merged_into IS NULL"];
  const by: (string | number)[] = [];
  const must = (condition: string, ...values: (string | number)[]): void => {
    where.push(condition);
    by.push(...values);
  };
  if (of.project !== undefined) must("project = ?", of.project);
  if (of.state === "open") must(`state IN ${open}`);
  else if (of.state === "new") must("state = 'new' AND first_at > ?", now - newMs);
  else if (of.state === "ongoing")
    must("(state = 'ongoing' OR (state = 'new' AND first_at <= ?))", now - newMs);
  else if (of.state === "merged") where[0] = "merged_into IS NOT NULL";
  else must("state = ?", of.state);
  if (of.assignee !== undefined) must("assignee = ?", of.assignee);
  for (const [name, value] of [
    ["environment", of.environment],
    ["release", of.release],
  ] as const)
    if (value !== undefined)
      must(
        "EXISTS (SELECT 1 FROM variants v JOIN tags t ON t.variant = v.id WHERE v.issue = issues.id AND t.name = ? AND t.value = ?)",
        ...[name, value],
      );
  const found = of.search.trim() === "" ? undefined : search(tables, of.search);
  if (found) must("id IN (SELECT value FROM json_each(?))", JSON.stringify(found));
  const from = `FROM issues WHERE ${where.join(" AND ")}`;
  const { total } = tables.get<{ total: number }>(`SELECT count(*) AS total ${from}`, ...by) ?? {
    total: 0,
  };
  const rows = tables.all<IssueRow>(
    `SELECT ${columns} ${from} ORDER BY ${order[of.sort]}, id LIMIT ? OFFSET ?`,
    ...by,
    of.limit,
    of.offset,
  );
  return {
    issues: rows.map((row) => issueFrom(tables, row, { projects, now }, of.span)),
    total,
  };
}

export const findIssue = (tables: Reading, id: string): IssueRow | undefined =>
  tables.get<IssueRow>(`SELECT ${columns} FROM issues WHERE id = ?`, id);

/** Events of an issue by hour, the newest last. */
export function history(tables: Reading, issue: string, hours: number, now: number): number[] {
  const last = Math.floor(now / hourMs);
  const counts = Array.from({ length: hours }, () => 0);
  for (const { hour, events } of tables.all<{ hour: number; events: number }>(
    "SELECT h.hour, sum(h.events) AS events FROM variants v JOIN hours h ON h.variant = v.id WHERE v.issue = ? AND h.hour > ? GROUP BY h.hour",
    ...[issue, last - hours],
  ))
    if (hour <= last) counts[hour - last + hours - 1] = events;
  return counts;
}

function graphOf(tables: Reading, issue: string, span: Span, now: number): number[] {
  const { hours, hoursInBar } = spans[span];
  const bars = Array.from({ length: hours / hoursInBar }, () => 0);
  for (const [hour, events] of history(tables, issue, hours, now).entries())
    bars[Math.floor(hour / hoursInBar)] = (bars[Math.floor(hour / hoursInBar)] ?? 0) + events;
  return bars;
}

export function issueFrom(
  tables: Reading,
  row: IssueRow,
  { projects, now }: { projects: Projects; now: number },
  span: Span = "24h",
): Issue {
  const { resolution, snooze } = JSON.parse(row.detail) as Partial<Standing>;
  const aged = row.state === "new" && row.first_at <= now - newMs;
  return {
    id: row.id,
    project: projects.get(row.project) ?? String(row.project),
    type: row.type,
    value: row.value,
    culprit: row.culprit,
    level: row.level,
    platform: row.platform,
    handled: row.handled === 1,
    state: aged ? "ongoing" : row.state,
    ...(row.assignee === null ? {} : { assignee: row.assignee }),
    ...(row.link === null ? {} : { link: row.link }),
    ...(resolution ? { resolution } : {}),
    ...(snooze ? { snooze } : {}),
    firstAt: row.first_at,
    lastAt: row.last_at,
    ...(row.first_release === null ? {} : { firstRelease: row.first_release }),
    ...(row.last_release === null ? {} : { lastRelease: row.last_release }),
    events: row.events,
    users: usersOf(tables, row.id),
    graph: graphOf(tables, row.id, span, now),
  };
}
