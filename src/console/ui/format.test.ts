import { expect, test } from "bun:test";
import { amount, bytes, count, duration, mostly, share, span, time, longSpan } from "./format.ts";

test.each([
  [0, "0"],
  [0.034, "0.03"],
  [4.26, "4.3"],
  [12, "12"],
  [1204.4, "1,204"],
  [1_250_000, "1.3M"],
  [Number.NaN, "–"],
])("the amount %p reads %p", (value, text) => expect(amount(value)).toBe(text));

test.each([
  [0.4, "0.4 ms"],
  [42.4, "42 ms"],
  [1300, "1.3 s"],
  [null, "–"],
])("the duration %p reads %p", (value, text) => expect(duration(value)).toBe(text));

test.each([
  [900, "1 s"],
  [61_000, "1 min"],
  [3 * 3_600_000, "3 h"],
  [49 * 3_600_000, "2 d"],
  [-5, "0 s"],
])("the span %p reads %p", (value, text) => expect(span(value)).toBe(text));

test("a time that is not of about today has its day with it, past or to come", () => {
  const now = new Date(2026, 10, 22, 12).getTime();
  const hours = (n: number): string => time(now + n * 3_600_000, now);
  expect([hours(-2), hours(2)]).toEqual(["10:00:00", "14:00:00"]);
  expect([hours(-24), hours(24)]).toEqual(["21 Nov 12:00:00", "23 Nov 12:00:00"]);
});

test("few errors are never rounded to none", () => {
  expect(share(0)).toBe("0 %");
  expect(share(0.0002)).toBe("< 0.1 %");
  expect(share(0.123)).toBe("12 %");
});

test("what is nearly whole never reads as whole", () => {
  expect([1, 0.99996, 0.9993, 0].map(mostly)).toEqual(["100 %", "99.99 %", "99.93 %", "0 %"]);
});

test("bytes climb through their units", () => {
  expect([bytes(0), bytes(820), bytes(12_400), bytes(3_100_000)]).toEqual([
    "0 B",
    "820 B",
    "12.4 kB",
    "3.1 MB",
  ]);
});

test("one is not many", () => {
  expect([count(1, "worker"), count(2, "worker"), count(3, "person", "people")]).toEqual([
    "1 worker",
    "2 workers",
    "3 people",
  ]);
});

test("a length that people compare has two units where one would hide too much", () => {
  const lengths = [0, 59_000, 60_000, 59.6 * 60_000, 100 * 60_000, 26 * 3_600_000, 48 * 3_600_000];
  expect(lengths.map(longSpan)).toEqual([
    ...["0 s", "59 s", "1 min", "1 h", "1 h 40 min", "1 d 2 h", "2 d"],
  ]);
});
