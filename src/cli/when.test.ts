import { expect, test } from "bun:test";
import { UsageError } from "./command.ts";
import { clockText, momentOf } from "./when.ts";

const now = Date.parse("2026-11-22T06:00:00Z");

test.each([
  ["90s", now - 90_000],
  ["1.5h", now - 5_400_000],
  ["7d", now - 604_800_000],
  ["2026-11-22T05:00:00Z", now - 3_600_000],
])("%s is a moment", (text, at) => expect(momentOf(text, now)).toBe(at));
test.each(["yesterday", "1", "1w", ""])("%p is none", (text) =>
  expect(() => momentOf(text, now)).toThrow(UsageError),
);
test("the day is told only when it is another one", () => {
  expect(clockText(now, now)).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(clockText(now - 3 * 86_400_000, now)).toMatch(/^2026-11-\d\d \d\d:\d\d:\d\d$/);
});
