import { expect, test } from "bun:test";
import type { RoomRules } from "../../src/absorb/waiting-room/workers/contract.ts";
import { Crowd, roomRules } from "./crowd.ts";

const rules: RoomRules = { ...roomRules, activeMax: 60_000, newPerMinute: 20_000 };
const people = 100_000;

test("100,000 people through two workers: never more than the two numbers, and nobody overtakes another minute", () => {
  const crowd = new Crowd(rules, 2, 1);
  const seen = crowd.run({ people, arriveWithinMs: 180_000, untilMs: 1_200_000 });
  expect(seen.entries).toHaveLength(people);
  expect(seen.activeMost).toBeLessThanOrEqual(rules.activeMax);
  expect(seen.newInWindowMost).toBeLessThanOrEqual(rules.newPerMinute);
  expect(seen.inversions).toBe(0);
}, 120_000);

test("control dies in the middle: the workers tell the new one, and both numbers hold to a hundredth", () => {
  const few = { ...rules, activeMax: 6_000, newPerMinute: 2_000 };
  const crowd = new Crowd(few, 2, 4);
  const seen = crowd.run({
    ...{ people: 10_000, arriveWithinMs: 180_000, untilMs: 1_500_000, controlDiesAtMs: 150_000 },
  });
  expect(seen.entries).toHaveLength(10_000);
  expect(seen.activeMost).toBeLessThanOrEqual(few.activeMax * 1.01);
  expect(seen.newInWindowMost).toBeLessThanOrEqual(few.newPerMinute * 1.01);
  expect(seen.inversions).toBe(0);
}, 120_000);

test("nobody waits while there is room", () => {
  const crowd = new Crowd(rules, 2, 2);
  const { entries } = crowd.run({ people: 2_000, arriveWithinMs: 60_000, untilMs: 120_000 });
  expect(entries.filter(({ came, at }) => at - came > 1_000)).toHaveLength(0);
});

test("a small room is filled to its last place before anybody waits", () => {
  const small = { ...rules, activeMax: 10, newPerMinute: 100 };
  const crowd = new Crowd(small, 2, 5);
  const { entries } = crowd.run({ people: 10, arriveWithinMs: 30_000, untilMs: 60_000 });
  expect(entries.filter(({ came, at }) => at - came > 1_000)).toHaveLength(0);
});

test("whoever gives up does not keep the others from getting in", () => {
  const crowd = new Crowd({ ...rules, activeMax: 600, newPerMinute: 300 }, 2, 3);
  const seen = crowd.run({
    ...{ people: 2_000, arriveWithinMs: 60_000, untilMs: 1_800_000, quitShare: 0.2 },
  });
  expect(seen.gaveUp).toBeGreaterThan(500);
  expect(seen.entries.length + seen.gaveUp).toBe(2_000);
});
