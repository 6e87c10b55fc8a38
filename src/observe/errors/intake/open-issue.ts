import type { Tables } from "#kernel";
import { normalise } from "../group/normalise.ts";
import { tell } from "./findings.ts";
import type { Ready } from "./ready.ts";

/** By near key, else a new issue; when too many are new, one that stands for the rest. */
export function issueOf(tables: Tables, ready: Ready): string {
  const { project, grouping, received } = ready;
  const near = "SELECT issue FROM nears WHERE project = ? AND near = ?";
  const known = tables.get<{ issue: string }>(near, project.number, grouping.near);
  if (known) return known.issue;
  if (project.mayOpenIssue(received)) return openIssue(tables, ready, grouping.near);
  const overflow = tables.get<{ issue: string }>(near, project.number, overflowNear);
  return overflow?.issue ?? openIssue(tables, ready, overflowNear);
}
const overflowNear = "too many new errors";

function openIssue(tables: Tables, ready: Ready, near: string): string {
  const { project, event, at } = ready;
  const { last } = tables.get<{ last: number | null }>(
    "SELECT max(number) AS last FROM issues WHERE project = ?",
    project.number,
  ) ?? { last: null };
  const number = (last ?? 0) + 1;
  const id = `${project.name}-${number}`;
  const isOverflow = near === overflowNear;
  const title = isOverflow
    ? {
        type: "Too many new errors at once",
        value: "What came beyond the limit of new issues an hour",
      }
    : event.title;
  const about = {
    type: title.type.slice(0, 200),
    value: title.value.slice(0, 300),
    culprit: event.culprit.slice(0, 300),
    level: event.level,
    platform: event.platform,
  };
  tables.run(
    `INSERT INTO issues (id, project, number, type, value, culprit, level, platform, handled, near, state_at, first_at, last_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[
      id,
      project.number,
      number,
      about.type,
      about.value,
      about.culprit,
      about.level,
      about.platform,
    ],
    ...[event.handled ? 1 : 0, near, at, at, at],
  );
  tables.run("INSERT INTO nears VALUES (?, ?, ?)", project.number, near, id);
  tell(tables, {
    kind: "created",
    issue: id,
    project: project.name,
    ...about,
    // Into the log goes what differs each time no more than personal data does.
    type: isOverflow || event.causes.length > 0 ? about.type : normalise(about.type),
    value: normalise(about.value),
    near,
    at,
    ...(event.release === undefined ? {} : { release: event.release }),
    ...(event.environment === undefined ? {} : { environment: event.environment }),
  });
  return id;
}
