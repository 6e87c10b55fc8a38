import { expect, test } from "bun:test";
import { afterExit, noTries } from "./restart.ts";

const policy = {
  firstMs: 250,
  maxMs: 30_000,
  jitter: 0,
  healthyAfterMs: 10_000,
  crashLoopAfter: 5,
  atOnce: false,
};

/** The delays of a process that fails so many times, each after the same time. */
function delays(count: number, of: Partial<typeof policy> & { ranMs?: number; random?: number }) {
  let tries = noTries;
  return Array.from({ length: count }, () => {
    const { ranMs = 10, random = 0.5 } = of;
    const next = afterExit(tries, { ranMs, policy: { ...policy, ...of }, random });
    tries = next.tries;
    return next;
  });
}

test("the wait doubles from the first to the longest", () => {
  expect(delays(9, {}).map(({ delayMs }) => delayMs)).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

test("control starts again at once the first time", () => {
  const control = { atOnce: true, maxMs: 10_000 };
  expect(delays(8, control).map(({ delayMs }) => delayMs)).toEqual([
    0, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000,
  ]);
});

test("a healthy run is forgiven", () => {
  expect(delays(3, { ranMs: 10_000 }).map(({ delayMs }) => delayMs)).toEqual([250, 250, 250]);
});

test("so many failures in a row are a crash loop", () => {
  expect(delays(6, {}).map(({ isCrashLooping }) => isCrashLooping)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("chance spreads the wait, never beyond the longest", () => {
  const spread = (random: number) => delays(1, { jitter: 0.2, random })[0]?.delayMs;
  expect([spread(0), spread(0.5), spread(1)]).toEqual([200, 250, 300]);
  const last = delays(12, { jitter: 0.2, random: 1 }).at(-1);
  expect(last?.delayMs).toBe(30_000);
});
