import { expect, test } from "bun:test";
import { agoText, barsOf, sizeText, spanText } from "./figures.ts";

test("rows that are to be compared have one scale", () => {
  expect(barsOf([1, 8], 10)).toBe("▁█");
  expect(barsOf([1, 8], 10, 16)).toBe("▁▄");
});

test("times, spans and sizes are as short as they can be read", () => {
  const now = Date.UTC(2026, 10, 23);
  const of = (ms: number): string => agoText(now + ms, now);
  expect([of(0), of(-59_999), of(3_600_000), of(-90 * 86_400_000)]).toEqual([
    ...["now", "59s ago", "in 1h", "2026-08-25"],
  ]);
  expect([0.5, 12, 1_500, 2_592_000_000].map(spanText)).toEqual(["0.5 ms", "12 ms", "1.5s", "30d"]);
  expect([0, 999, 85_614_592].map(sizeText)).toEqual(["0 B", "999 B", "85.6 MB"]);
});
