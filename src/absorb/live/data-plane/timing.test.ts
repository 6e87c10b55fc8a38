import { expect, test } from "bun:test";
import { latencyOf, roundTripCreditMsMax } from "./timing.ts";

const shown = { revealAt: 1_000, sentAt: 1_100, windowMs: 10_000, roundTripMs: 80 };

test("time runs from the moment at which that client was sent the reveal", () => {
  expect(latencyOf(3_100, 2_000, shown)).toBe(2_000);
  expect(latencyOf(3_100, 1_950, shown)).toBe(1_950);
});

test("a client that says it took no time gains no more than its round trip, and that is bounded", () => {
  expect(latencyOf(3_100, 0, shown)).toBe(1_920);
  expect(latencyOf(3_100, -5e9, shown)).toBe(1_920);
  expect(latencyOf(3_100, 0, { ...shown, roundTripMs: 60_000 })).toBe(2_000 - roundTripCreditMsMax);
});

test("a client that waits before it sends pays for the wait, but for its round trip", () => {
  expect(latencyOf(5_100, 2_000, shown)).toBe(3_920);
});

test("a client that says it took longer is not believed beyond what passed", () => {
  expect(latencyOf(3_100, 4e9, shown)).toBe(2_000);
});

test("who comes after the reveal is timed from the reveal", () => {
  expect(latencyOf(9_000, 100, { ...shown, sentAt: 0, roundTripMs: 0 })).toBe(8_000);
});

test("a reveal sent ahead starts nobody's clock early", () => {
  expect(latencyOf(1_500, 500, { ...shown, sentAt: 700 })).toBe(500);
});
