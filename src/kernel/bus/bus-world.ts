import type { Bus } from "./bus.ts";

/** What a test of the bus needs: three processes' sides of one bus, and a way to wait until all of them know. */
export type BusWorld = {
  buses: readonly [Bus, Bus, Bus];
  /** Resolves when everything said before on any side has arrived. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
};

/** Waits until something holds, letting the bus work in between. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The error that a promise ends with; `expect(…).rejects` would block until then, so that nothing could cause it. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
