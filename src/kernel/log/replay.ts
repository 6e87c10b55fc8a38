import type { Log, Position, Replayed } from "./log.ts";

/** So many positions are folded in one go; others run in between. */
const windowPositions = 4_096;

/** Folds the past window by window: the same few reads whatever the types, so its time depends on the log alone. */
export async function replay(
  source: {
    head(): Position;
    /** What lies after one position and up to another, of these types. */
    past(after: Position, to: Position, types?: readonly string[]): Replayed[];
  },
  of: Parameters<Log["replay"]>[0],
  fold: (past: Replayed) => void,
): Promise<Position> {
  let after = of.after;
  while (after < source.head()) {
    const to = Math.min(after + windowPositions, source.head());
    for (const past of source.past(after, to, of.types)) fold(past);
    after = to;
    if (after < source.head()) await new Promise((resolve) => setImmediate(resolve));
  }
  return after;
}
