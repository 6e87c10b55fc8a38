import { describe, expect, test } from "bun:test";
import { arrivalTimes, chance, meanOf, shapes, type Shape } from "./curves.ts";

const perTenth = (shape: Shape, seconds: number): number[] => {
  const counts = Array.from({ length: 10 }, () => 0);
  const times = arrivalTimes({ shape, peakPerSecond: 100, seconds, random: chance(7) });
  for (const at of times) {
    const tenth = Math.floor((at / 1000 / seconds) * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return counts;
};

describe("a steady crowd", () => {
  test("comes as often in each tenth of the time, give or take chance", () => {
    // A Poisson count of 1 000 stays within five standard deviations.
    for (const count of perTenth(shapes.steady(), 100)) {
      expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    }
  });

  test("is the same crowd for the same seed, and another for another", () => {
    const times = (seed: number): number[] => [
      ...arrivalTimes({ shape: () => 1, peakPerSecond: 50, seconds: 2, random: chance(seed) }),
    ];
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
    expect(times(1)).toEqual(times(1).sort((a, b) => a - b));
  });

  test("of nobody ends at once", () =>
    expect([
      ...arrivalTimes({ shape: () => 1, peakPerSecond: 0, seconds: 9, random: chance(1) }),
    ]).toEqual([]));
});

test("a buzz rises fast and decays slowly", () => {
  const [first = 0, second = 0, third = 0, , , , , , , last = 0] = perTenth(shapes.buzz(), 100);
  expect(second).toBeGreaterThan(2 * first);
  expect(second).toBeGreaterThan(third);
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThan(second / 5);
});

test("a quiz brings everyone within the window, then it is quiet until the next question", () => {
  const shape = shapes.quiz(60, 120);
  expect(shape(9, 240)).toBeCloseTo(1);
  expect(shape(9, 240)).toBe(shape(129, 240));
  expect(shape(61, 240)).toBe(0);
  expect(shape(119, 240)).toBe(0);
  const counts = perTenth(shape, 240);
  expect(counts[3]).toBe(0);
  expect(counts[4]).toBe(0);
  expect(counts[5]).toBeGreaterThan(500);
});

test("the mean of a shape is its area over its length", () => {
  expect(meanOf(() => 1, 10)).toBeCloseTo(1);
  expect(meanOf((at, length) => at / length, 10)).toBeCloseTo(0.5);
});
