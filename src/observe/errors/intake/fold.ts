import { HyperLogLog, type Tables } from "#kernel";
import type { EventOf } from "#kernel";
import { type issueCreated, monitorForgotten } from "../contract.ts";
import { forgetMonitor } from "../monitors/keep.ts";
import type { ReleaseFact } from "../releases/release.ts";
import { foldRelease, isReleaseFact } from "../releases/seen.ts";
import { type IssueEvent, issueModel, type IssueModel } from "../issue.ts";

/** A fact as control hands it on, in the order of the log. */
export type Told = { position: number; type: string; data: unknown };
/** What the log says of an issue, and what its counts were when it was snoozed. */
export type Standing = IssueModel & { seenEvents?: number; seenUsers?: number };

type Place = { epoch: string; position: number };
const nowhere: Place = { epoch: "", position: 0 };

/** How far the log has been folded here. */
export const folded = (tables: Pick<Tables, "get">): Place => {
  const row = tables.get<{ value: string }>("SELECT value FROM meta WHERE name = 'folded'");
  return row ? (JSON.parse(row.value) as Place) : nowhere;
};

/** Applies facts in order, each once; those that were applied before are passed over. */
export function fold(
  tables: Tables,
  epoch: string,
  facts: readonly Told[],
  projects: ReadonlyMap<string, number>,
): Place {
  let { position } = folded(tables);
  for (const fact of facts) {
    if (fact.position <= position && folded(tables).epoch === epoch) continue;
    position = fact.position;
    apply(tables, fact, projects);
  }
  const place = { epoch, position };
  tables.run("INSERT OR REPLACE INTO meta VALUES ('folded', ?)", JSON.stringify(place));
  return place;
}

function apply(tables: Tables, { type, data }: Told, projects: ReadonlyMap<string, number>): void {
  if (type === monitorForgotten.type) {
    const { project, ...of } = data as EventOf<typeof monitorForgotten>["data"];
    const number = projects.get(project);
    return number === undefined ? undefined : forgetMonitor(tables, { project: number, ...of });
  }
  if (isReleaseFact(type)) return foldRelease(tables, data as ReleaseFact["data"], projects);
  const fact = { type, data } as IssueEvent;
  const { issue } = fact.data;
  if (fact.type === "errors.created") ensureIssue(tables, fact.data, projects);
  const row = tables.get<{ detail: string; events: number }>(
    "SELECT detail, events FROM issues WHERE id = ?",
    issue,
  );
  if (!row) return;
  const before = { ...issueModel.initial, ...(JSON.parse(row.detail) as Partial<Standing>) };
  const now: Standing = issueModel.evolve(before, fact);
  if (fact.type === "errors.snoozed")
    Object.assign(now, { seenEvents: row.events, seenUsers: usersOf(tables, issue) });
  if (fact.type === "errors.merged") merge(tables, fact.data);
  if (fact.type === "errors.split") split(tables, fact.data);
  if (fact.type === "errors.undone" && fact.data.move !== undefined)
    unmerge(tables, fact.data.move);
  const at = "at" in fact.data ? fact.data.at : null;
  tables.run(
    "UPDATE issues SET state = ?, detail = ?, assignee = ?, link = ?, merged_into = ?, state_at = coalesce(?, state_at) WHERE id = ?",
    ...[now.state, JSON.stringify(now), now.assignee ?? null, now.link ?? null],
    ...[now.into ?? null, at, issue],
  );
}

/** An issue of the log that is not here: of a part that was split off, or after the store was lost. */
function ensureIssue(
  tables: Tables,
  of: EventOf<typeof issueCreated>["data"],
  projects: ReadonlyMap<string, number>,
): void {
  const project = projects.get(of.project);
  if (project === undefined) return;
  const [, number = "0"] = /-(\d+)(?:\.[\d.]+)?$/.exec(of.issue) ?? [];
  tables.run(
    `INSERT OR IGNORE INTO issues (id, project, number, type, value, culprit, level, platform, handled, near, state_at, first_at, last_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`,
    ...[of.issue, project, Number(number), of.type, of.value, of.culprit, of.level, of.platform],
    ...[of.near, of.at, of.at, of.at],
  );
  tables.run("INSERT OR IGNORE INTO nears VALUES (?, ?, ?)", project, of.near, of.issue);
}

/** Everything of one goes to the other, and it is noted what went, so that it can come back. */
function merge(tables: Tables, of: { issue: string; into: string; move: string }): void {
  const { issue, into, move } = of;
  tables.run(
    "INSERT OR IGNORE INTO moves SELECT ?1, 'variant', CAST(id AS TEXT), ?2 FROM variants WHERE issue = ?2",
    ...[move, issue],
  );
  tables.run(
    "INSERT OR IGNORE INTO moves SELECT ?1, 'near', project || '/' || near, ?2 FROM nears WHERE issue = ?2",
    ...[move, issue],
  );
  tables.run("UPDATE variants SET issue = ? WHERE issue = ?", into, issue);
  tables.run("UPDATE nears SET issue = ? WHERE issue = ?", into, issue);
  recount(tables, issue);
  recount(tables, into);
}

function split(tables: Tables, of: { issue: string; variants: string[]; to: string }): void {
  const { issue, variants, to } = of;
  tables.run(
    `INSERT OR IGNORE INTO issues (id, project, number, type, value, culprit, level, platform, handled, near, state_at, first_at, last_at)
      SELECT ?1, project, number, type, value, culprit, level, platform, handled, near, last_at, first_at, last_at FROM issues WHERE id = ?2`,
    ...[to, issue],
  );
  for (const exact of variants)
    tables.run("UPDATE variants SET issue = ? WHERE issue = ? AND exact = ?", to, issue, exact);
  recount(tables, issue);
  recount(tables, to);
}

/** What a merge moved goes back, with what came since by the same keys. */
function unmerge(tables: Tables, move: string): void {
  const touched = new Set<string>();
  for (const { kind, key, was } of tables.all<{ kind: string; key: string; was: string }>(
    "SELECT kind, key, was FROM moves WHERE move = ?",
    move,
  )) {
    const [project = "0", near = ""] = key.split(/\/(.*)/s);
    const where = kind === "variant" ? "id = ?" : "project = ? AND near = ?";
    const by = kind === "variant" ? [Number(key)] : [Number(project), near];
    for (const { issue } of tables.all<{ issue: string }>(
      `SELECT issue FROM variants WHERE ${where}`,
      ...by,
    ))
      touched.add(issue);
    tables.run(`UPDATE variants SET issue = ? WHERE ${where}`, was, ...by);
    if (kind === "near") tables.run(`UPDATE nears SET issue = ? WHERE ${where}`, was, ...by);
    touched.add(was);
  }
  tables.run("DELETE FROM moves WHERE move = ?", move);
  for (const issue of touched) recount(tables, issue);
}

/** The sums of an issue, from its variants. */
export function recount(tables: Tables, issue: string): void {
  tables.run(
    `UPDATE issues SET
      events = (SELECT coalesce(sum(events), 0) FROM variants WHERE issue = ?1),
      first_at = coalesce((SELECT min(first_at) FROM variants WHERE issue = ?1), first_at),
      last_at = coalesce((SELECT max(last_at) FROM variants WHERE issue = ?1), last_at),
      first_event = (SELECT min(e.id) FROM events e JOIN variants v ON v.id = e.variant WHERE v.issue = ?1),
      last_event = (SELECT max(e.id) FROM events e JOIN variants v ON v.id = e.variant WHERE v.issue = ?1)
      WHERE id = ?1`,
    issue,
  );
}

/** How many different users an issue has, by the union of its variants' sketches. */
export function usersOf(tables: Pick<Tables, "all">, issue: string): number {
  const all = new HyperLogLog();
  for (const { users } of tables.all<{ users: Uint8Array }>(
    "SELECT p.users FROM variants v JOIN people p ON p.variant = v.id WHERE v.issue = ?",
    issue,
  ))
    all.merge(HyperLogLog.decode(users));
  return Math.round(all.value());
}
