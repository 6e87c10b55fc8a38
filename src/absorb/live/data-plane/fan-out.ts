import type { Connection } from "./connection.ts";

/** Connections written to before answers are looked at again. */
const stepCount = 256;

/**
 * Writes the same frame to everybody who is there now, a few at a time; who comes meanwhile is no part of it, or a few who come
 * and go would keep it from ending. `wrote` hears of each one when it was written to; resolves with how long the last one waited,
 * in milliseconds.
 */
export function fanOut(
  to: Iterable<Connection>,
  frame: Uint8Array,
  of: { now: () => number; wrote?: (connection: Connection, at: number) => void },
): Promise<number> {
  const began = of.now();
  const all = [...to];
  let next = 0;
  const { promise, resolve } = Promise.withResolvers<number>();
  const step = (): void => {
    const end = Math.min(all.length, next + stepCount);
    for (; next < end; next++) {
      const connection = all[next] as Connection;
      if (connection.way !== "player") continue;
      connection.write(frame);
      of.wrote?.(connection, of.now());
    }
    if (next === all.length) return resolve(of.now() - began);
    setImmediate(step);
  };
  step();
  return promise;
}
