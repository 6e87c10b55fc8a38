import type { Tables } from "#kernel";
import { formerIssue } from "../group/upgrade.ts";
import { tell } from "./findings.ts";
import type { Arrival } from "./keep.ts";
import { wholeOf } from "./bodies.ts";
import { ownerOf } from "./owner.ts";

/** By near key, else a new issue; when too many are new, one that stands for the rest. */
export function issueOf(tables: Tables, ready: Arrival): string {
  const { project, grouping, received, former } = ready;
  const before = formerIssue(tables, { project: project.number, former, now: received });
  if (before !== undefined) {
    // From now on both keys lead there.
    tables.run(
      "INSERT OR IGNORE INTO nears VALUES (?, ?, ?)",
      project.number,
      grouping.near,
      before,
    );
    return before;
  }
  const near = "SELECT issue FROM nears WHERE project = ? AND near = ?";
  const known = tables.get<{ issue: string }>(near, project.number, grouping.near);
  if (known) return known.issue;
  if (project.mayOpenIssue(received)) return openIssue(tables, ready, grouping.near);
  const overflow = tables.get<{ issue: string }>(near, project.number, overflowNear);
  return overflow?.issue ?? openIssue(tables, ready, overflowNear);
}
const overflowNear = "too many new errors";
const overflowTitle = {
  type: "Too many new errors at once",
  value: "What came beyond the limit of new issues an hour",
};

function openIssue(tables: Tables, ready: Arrival, near: string): string {
  const { project, at, release, environment } = ready;
  const { last } = tables.get<{ last: number | null }>(
    "SELECT max(number) AS last FROM issues WHERE project = ?",
    project.number,
  ) ?? { last: null };
  const number = (last ?? 0) + 1;
  const id = `${project.name}-${number}`;
  const isOverflow = near === overflowNear;
  const title = isOverflow ? overflowTitle : ready.title;
  const plain = isOverflow ? overflowTitle : ready.plainTitle;
  const about = {
    culprit: ready.culprit.slice(0, 300),
    level: ready.level,
    platform: ready.platform,
  };
  tables.run(
    `INSERT INTO issues (id, project, number, type, value, culprit, level, platform, handled, near, state_at, first_at, last_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[
      id,
      project.number,
      number,
      title.type.slice(0, 200),
      title.value.slice(0, 300),
      about.culprit,
      about.level,
      about.platform,
    ],
    ...[ready.handled ? 1 : 0, near, at, at, at],
  );
  tables.run("INSERT INTO nears VALUES (?, ?, ?)", project.number, near, id);
  const { owners } = project;
  const owner = owners.length === 0 ? undefined : ownerOf(wholeOf(ready), owners);
  tell(tables, {
    kind: "created",
    ...(owner === undefined ? {} : { owner }),
    issue: id,
    project: project.name,
    ...about,
    type: plain.type.slice(0, 200),
    value: plain.value.slice(0, 300),
    near,
    at,
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  });
  return id;
}
