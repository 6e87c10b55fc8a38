import type { Log, Position, Replayed } from "./log.ts";
import type { StoredPast } from "./record.ts";

/** So many positions are folded in one go; others run in between. */
const windowPositions = 1_024;

/** Folds the past window by window: the same few reads whatever the types, so its time depends on the log alone. */
export async function replay(
  source: {
    head(): Position;
    /** What lies after one position and up to another, of these types. */
    past(after: Position, to: Position, types?: readonly string[]): StoredPast[];
    read(stored: StoredPast): Replayed;
  },
  of: Parameters<Log["replay"]>[0],
  fold: (past: Replayed) => void,
): Promise<Position> {
  let after = of.after;
  while (after < source.head()) {
    const to = Math.min(after + windowPositions, source.head());
    for (const stored of source.past(after, to, of.types)) fold(source.read(stored));
    after = to;
    if (after < source.head()) await new Promise((resolve) => setImmediate(resolve));
  }
  return after;
}
