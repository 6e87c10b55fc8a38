import type { Tables } from "#kernel";
import { algorithm } from "./group.ts";
import type { Grouping } from "./group.ts";

/** After an upgrade of the algorithm its former keys lead to issues for so long: what was not seen meanwhile begins anew. */
const formerKeysMs = 30 * 86_400_000;
const name = "grouping";
type Since = { version: number; since: number | null };

/** Notes with which algorithm the store is written from now on, and since when; a new store has nothing to move over. */
export function noteAlgorithm(tables: Tables, now: number, version = algorithm.version): void {
  const row = tables.get<{ value: string }>("SELECT value FROM meta WHERE name = ?", name);
  const known = row && (JSON.parse(row.value) as Since);
  if (known?.version === version) return;
  const isNew = !known && !tables.get("SELECT 1 FROM variants WHERE algorithm <> ?", version);
  const since: Since = { version, since: isNew ? null : now };
  tables.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, JSON.stringify(since));
}

/**
 * The issue to which an event would have come by the keys of the algorithm before: the same way first, so that what people
 * split or merged stays so. Asked only for a way that is new, so it costs an ordinary event nothing.
 */
export function formerIssue(
  tables: Tables,
  of: { project: number; former: Grouping | undefined; now: number },
): string | undefined {
  const { project, former, now } = of;
  if (!former) return undefined;
  const row = tables.get<{ value: string }>("SELECT value FROM meta WHERE name = ?", name);
  const { since } = row ? (JSON.parse(row.value) as Since) : { since: null };
  if (since === null || now - since > formerKeysMs) return undefined;
  const way = tables.get<{ issue: string }>(
    "SELECT issue FROM variants WHERE project = ? AND exact = ?",
    ...[project, former.exact],
  );
  if (way) return way.issue;
  return tables.get<{ issue: string }>(
    "SELECT issue FROM nears WHERE project = ? AND near = ?",
    ...[project, former.near],
  )?.issue;
}
