import { type Beginning, suspects as suspectsOf } from "#kernel";
import { describe, expect, test } from "bun:test";
import { nothing, remember } from "../spikes/baseline.ts";
import { chanceOfFixed } from "../spikes/fixed.ts";

const minutes = (n: number): number => n * 60_000;
const beginning: Beginning = { firstAt: minutes(600), perHour: 60 };
const suspects = (changes: Parameters<typeof suspectsOf>[0], of: Beginning) =>
  suspectsOf(changes, of, 24);
const before = (n: number, position: number, release?: string) => ({
  position,
  at: beginning.firstAt - minutes(n),
  release,
});

describe("suspects", () => {
  test("a deploy a minute before explains what one of the day before does not", () => {
    const [first, second] = suspects([before(400, 1), before(1, 2)], beginning);
    expect(first?.change.position).toBe(2);
    expect(first?.probability).toBeGreaterThan(0.99);
    expect(second?.probability ?? 0).toBeLessThan(0.001);
  });
  test("what came after the first event did not bring it", () =>
    expect(suspects([before(-5, 1)], beginning)).toEqual([]));
  test("a rare error accuses nobody loudly", () => {
    const rare = { ...beginning, perHour: 0.05 };
    const [most] = suspects([before(30, 1), before(90, 2)], rare);
    expect(most?.probability).toBeLessThan(0.6);
  });
  test("events of the new release alone speak against it, those of the old one for it", () => {
    const mixed = { ...beginning, perHour: 2, traffic: { "2.0": 0.1, "1.0": 0.9 } };
    const changes = [before(20, 1, "2.0"), before(10, 2)];
    const guilty = suspects(changes, { ...mixed, releases: { "2.0": 6 } });
    expect(guilty[0]?.change.position).toBe(1);
    const innocent = suspects(changes, { ...mixed, releases: { "1.0": 6 } });
    expect(innocent[0]?.change.position).toBe(2);
  });
});

test("quiet says more the louder an error was before", () => {
  const hourly = (events: number) =>
    Array.from({ length: 336 }).reduce<typeof nothing>(
      (past) => remember(past, { events, exposure: 1 }, { slotHours: 1, isSpike: false }),
      nothing,
    );
  expect(chanceOfFixed(hourly(10), 1)).toBeGreaterThan(0.99);
  expect(chanceOfFixed(hourly(0.01), 1)).toBeLessThan(0.51);
  expect(chanceOfFixed(hourly(0.01), 24 * 30)).toBeGreaterThan(0.9);
  expect(chanceOfFixed(hourly(1), 0)).toBe(0.5);
});
