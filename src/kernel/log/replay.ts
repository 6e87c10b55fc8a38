import type { Log, Position, Replayed } from "./log.ts";
import type { StoredPast } from "./record.ts";

/** So many positions are folded in one go; others run in between. */
const windowPositions = 1_024;
const sparseShare = 0.75;

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
  const wanted = of.types && new Set(of.types);
  let sparse = true;
  let after = of.after;
  while (after < source.head()) {
    const to = Math.min(after + windowPositions, source.head());
    // Where most of the past is wanted, passing over the rest here is cheaper than having it left out.
    const found = source.past(after, to, sparse ? of.types : undefined);
    let folded = 0;
    for (const stored of found) {
      if (!sparse && wanted?.has(stored.type) === false) continue;
      fold(source.read(stored));
      folded++;
    }
    sparse = folded < sparseShare * (to - after);
    after = to;
    if (after < source.head()) await new Promise((resolve) => setImmediate(resolve));
  }
  return after;
}
