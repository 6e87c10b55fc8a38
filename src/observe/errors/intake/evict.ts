import type { Store } from "#kernel";
import type { Keeping } from "./keep.ts";
import { trimMonitors } from "../monitors/keep.ts";
import { trimSessions } from "./sessions.ts";

/** So many a transaction: writers wait no longer than for one of their own batches. */
const togetherMax = 200;

/**
 * Makes room: what is older than events are kept, and while the store is larger than it may be, what is worth least. The first and
 * the last occurrence of each issue stay as long as the issue does.
 */
export async function makeRoom(
  store: Store,
  of: { bytesMax: number; before: number; now: number; keeping: Keeping },
): Promise<number> {
  let gone = 0;
  const young = firstSince(store, of.before);
  let after = 0;
  for (;;) {
    const over = store.bytes() > of.bytesMax;
    const removed = await store.write((tables) => {
      const rows = over
        ? tables.all<{ id: number }>(leastWorth, togetherMax)
        : tables.all<{ id: number }>(tooOld, after, young, togetherMax);
      for (const { id } of rows) of.keeping.remove(tables, id);
      if (!over) after = rows.at(-1)?.id ?? after;
      return rows.length;
    });
    gone += removed;
    if (removed === 0) break;
  }
  await store.write((tables) => {
    trimSessions(tables, of.now);
    trimMonitors(tables, of.now);
  });
  return gone;
}

const notKept = `NOT EXISTS (SELECT 1 FROM variants v JOIN issues i ON i.id = v.issue
  WHERE v.id = events.variant AND (i.first_event = events.id OR i.last_event = events.id))`;

const leastWorth = `SELECT id FROM events WHERE ${notKept} ORDER BY score, id LIMIT ?`;
const tooOld = `SELECT id FROM events WHERE id > ? AND id < ? AND ${notKept} ORDER BY id LIMIT ?`;

/** Events have their numbers in the order in which they came: the first that is young enough ends what may go. */
const firstSince = (store: Store, at: number): number =>
  store.tables.get<{ id: number }>(
    "SELECT id FROM events WHERE received >= ? ORDER BY id LIMIT 1",
    at,
  )?.id ?? Number.MAX_SAFE_INTEGER;
