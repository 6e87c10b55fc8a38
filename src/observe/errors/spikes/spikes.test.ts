import { describe, expect, test } from "bun:test";
import { assert, double, integer, property, tuple } from "fast-check";
import { expected, noHistory, nothing, type Past, remember } from "./baseline.ts";
import { chanceOfAtLeast, logGamma } from "./negative-binomial.ts";
import { alarmHeight, climb } from "./ramp.ts";
import { alarmChance, verdict } from "./verdict.ts";

const quiet = { slotHours: 1, isSpike: false };
/** Two weeks of hours with so many errors each. */
const after = (events: readonly number[], exposure = 1): Past =>
  Array.from({ length: 336 }, (_, hour) => events[hour % events.length] ?? 0).reduce(
    (past, each) => remember(past, { events: each, exposure }, quiet),
    nothing,
  );

describe("the tail of the negative binomial", () => {
  test("is what summing up its probabilities gives", () => {
    const summed = (y: number, mean: number, size: number): number => {
      let below = 0;
      for (let j = 0; j < y; j++)
        below += Math.exp(
          logGamma(j + size) -
            logGamma(size) -
            logGamma(j + 1) +
            size * Math.log(size / (size + mean)) +
            j * Math.log(mean / (size + mean)),
        );
      return 1 - below;
    };
    const numbers = tuple(
      integer({ min: 0, max: 200 }),
      double({ min: 0.01, max: 100, noNaN: true }),
      double({ min: 0.05, max: 200, noNaN: true }),
    );
    assert(
      property(numbers, ([y, mean, size]) => {
        const found = chanceOfAtLeast(y, { mean, size });
        expect(Math.abs(found - summed(y, mean, size))).toBeLessThan(1e-9);
      }),
    );
  });

  test("has digits left where that sum has none", () => {
    const far = chanceOfAtLeast(400, { mean: 1, size: 2 });
    expect(far).toBeGreaterThan(0);
    expect(far).toBeLessThan(1e-60);
  });
});

describe("what is expected", () => {
  test("is the rate of the past, as traffic goes", () => {
    const past = after([2]);
    expect(expected(past, 1).mean).toBeCloseTo(2, 1);
    expect(expected(past, 10).mean).toBeCloseTo(10 * expected(past, 1).mean, 9);
  });

  test("is wide for who comes in bursts, and for who is hardly known", () => {
    const [steady, bursty] = [after([4]), after([0, 0, 0, 16])];
    expect(expected(bursty, 1).size).toBeLessThan(expected(steady, 1).size / 3);
    const young = remember(nothing, { events: 4, exposure: 1 }, quiet);
    expect(expected(young, 1).size).toBeLessThan(expected(steady, 1).size);
  });

  test("does not learn from a spike", () => {
    const past = after([2]);
    const spiked = remember(past, { events: 500, exposure: 1 }, { slotHours: 1, isSpike: true });
    expect(expected(spiked, 1).mean).toBeLessThan(expected(past, 1).mean * 1.05);
  });

  test("of an issue without a past comes from what others of the project did", () => {
    expect(expected(nothing, 1).mean).toBeCloseTo(noHistory.events / noHistory.hours, 9);
    expect(expected(nothing, 1, { events: 30, hours: 10 }).mean).toBeCloseTo(3, 9);
  });
});

describe("a spike", () => {
  const alpha = alarmChance({ falsePagesPerWeek: 0.1, issues: 200, testsPerHour: 13 });
  const seen = (events: number, past: Past, people?: number, exposure = 1): boolean =>
    verdict({ events, people }, expected(past, exposure), alpha).isSpike;

  test("is what the past cannot explain", () => {
    expect(seen(30, after([2]))).toBe(true);
    expect(seen(8, after([2]))).toBe(false);
    expect(seen(30, after([0, 0, 0, 40]))).toBe(false);
  });
  test("is not more traffic with the errors that belong to it", () => {
    expect(seen(40, after([2]), undefined, 20)).toBe(false);
  });
  test("is never one person's, never two events, never less than three times the ordinary", () => {
    expect(seen(100, after([0]), 1)).toBe(false);
    expect(seen(100, after([0]), 2)).toBe(true);
    expect(seen(2, after([0]))).toBe(false);
    expect(seen(2_500, after([1_000]))).toBe(false);
  });
  test("costs the operator what they said: a tenth of a page a week, shared by all tests", () => {
    expect(alpha * 200 * 13 * 168).toBeCloseTo(0.1, 9);
  });
});

describe("a slow ramp", () => {
  const past = after([2]);
  const ordinary = expected(past, 1);
  /** After how many hours of so many errors it is told. */
  const toldAfter = (perHour: number, hours = 1_000): number | undefined => {
    let sum = 0;
    for (let hour = 1; hour <= hours; hour++) {
      sum = climb(sum, { events: perHour, mean: ordinary.mean });
      if (sum > alarmHeight(ordinary, 1e-5)) return hour;
    }
    return undefined;
  };
  test("is told though no hour of it is a spike", () => {
    const perHour = 4;
    expect(verdict({ events: perHour }, ordinary, 1e-5).isSpike).toBe(false);
    expect(toldAfter(perHour)).toBeLessThan(24 * 3);
  });
  test("is not what always was", () => expect(toldAfter(2)).toBeUndefined());
  test("must climb higher where errors come in bursts", () => {
    const bursty = expected(after([0, 0, 0, 8]), 1);
    expect(alarmHeight(bursty, 1e-5)).toBeGreaterThan(3 * alarmHeight(ordinary, 1e-5));
  });
});
