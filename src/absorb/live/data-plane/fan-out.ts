import type { Connection } from "./connection.ts";

/** Connections written to before answers are looked at again. */
const stepCount = 256;

/**
 * Writes the same frame to everybody, a few at a time. `wrote` hears of each one when it was written to; resolves with how
 * long the last one waited, in milliseconds.
 */
export function fanOut(
  to: Iterable<Connection>,
  frame: Uint8Array,
  of: { now: () => number; wrote?: (connection: Connection, at: number) => void },
): Promise<number> {
  const began = of.now();
  const all = to[Symbol.iterator]();
  const { promise, resolve } = Promise.withResolvers<number>();
  const step = (): void => {
    for (let n = 0; n < stepCount; n++) {
      const next = all.next();
      if (next.done) return resolve(of.now() - began);
      const connection = next.value;
      if (connection.way !== "player") continue;
      connection.write(frame);
      of.wrote?.(connection, of.now());
    }
    setImmediate(step);
  };
  step();
  return promise;
}
