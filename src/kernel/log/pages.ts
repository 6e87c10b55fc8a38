import type { SQLQueryBindings } from "bun:sqlite";
import type { Log, Position } from "./log.ts";
import type { Stored } from "./record.ts";
import type { Store } from "./sqlite-store.ts";

type Of = Parameters<Log["page"]>[0];

const pageLimit = 1_000;
/** So many streams' worth of events are sorted; more are found by walking the log in order. */
const sortedEventsMax = 5_000;
/** More types than this are found by walking the log in order. */
const mergedTypesMax = 8;

/** Finds a page by the way through the file that touches least; `indexedTo` is how far the indexes go. */
export function pageOf(store: Store, indexedTo: Position, of: Of): Stored[] {
  const { after, types, streamPrefix, limit = pageLimit } = of;
  const before = of.before ?? Number.MAX_SAFE_INTEGER;
  const order = of.backwards ? "DESC" : "ASC";
  const typeIds = types && store.typeIds(types);
  if (typeIds?.length === 0) return [];
  if (typeIds && typeIds.length <= mergedTypesMax && streamPrefix === undefined) {
    const within = `position > ? AND position < ? ORDER BY position ${order} LIMIT ?`;
    const old = typeIds.map(
      (id) => `SELECT * FROM (SELECT each.value AS position FROM types, json_each(positions) AS each
        WHERE types.type = ${id} AND first < ? AND each.value > ? AND each.value < ?
        AND first >= coalesce((SELECT max(first) FROM types WHERE type = ${id} AND first <= ?), 0)
        ORDER BY first ${order}, each.key ${order} LIMIT ?)`,
    );
    const fresh = `SELECT * FROM (SELECT position FROM events WHERE type IN (${typeIds.join(", ")}) AND ${within})`;
    return store.rows(
      `WHERE position IN (SELECT position FROM (${[...old, fresh].join(" UNION ALL ")})
        ORDER BY position ${order} LIMIT ?) ORDER BY position ${order}`,
      [
        ...typeIds.flatMap(() => [before, after, before, after, limit]),
        ...[Math.max(after, indexedTo), before, limit],
        limit,
      ],
    );
  }
  let where = "WHERE position > ? AND position < ?";
  const bind: SQLQueryBindings[] = [after, before];
  if (streamPrefix !== undefined) {
    const range = [streamPrefix, `${streamPrefix}\u{10ffff}`];
    where += " AND +stream >= ? AND +stream < ?";
    bind.push(...range);
    if (store.fewInStreams(range, sortedEventsMax)) {
      where += ` AND position IN (SELECT each.value FROM streams, json_each(positions) AS each WHERE stream >= ? AND stream < ?
        UNION ALL SELECT position FROM events WHERE position > ?)`;
      bind.push(...range, indexedTo);
    }
  }
  if (typeIds) where += ` AND +type IN (${typeIds.join(", ")})`;
  return store.rows(`${where} ORDER BY position ${order} LIMIT ?`, [...bind, limit]);
}

/** A page from the newest records in memory, oldest first; undefined when it does not lie within them. */
export function recentPage(recent: readonly Stored[], of: Of): Stored[] | undefined {
  const { after, types, limit = pageLimit } = of;
  const oldest = recent[0]?.position;
  if (of.backwards || of.before !== undefined || of.streamPrefix !== undefined) return undefined;
  if (oldest === undefined || after < oldest - 1) return undefined;
  const from = after - oldest + 1;
  if (!types) return recent.slice(from, from + limit);
  const found: Stored[] = [];
  for (let index = from; index < recent.length && found.length < limit; index++) {
    const row = recent[index];
    if (row && types.includes(row.type)) found.push(row);
  }
  return found;
}
