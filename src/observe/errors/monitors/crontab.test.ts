import { expect, test } from "bun:test";
import { nextTime, readCrontab } from "./crontab.ts";

const from = (iso: string): number => Date.parse(iso);
/** The next `count` times of a line. */
function times(line: string, after: string, zone = "UTC", count = 3): string[] {
  const crontab = readCrontab(line);
  const found: string[] = [];
  let at = from(after);
  while (crontab && found.length < count) {
    const next = nextTime(crontab, at, zone);
    if (next === undefined) break;
    at = next;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

test.each([
  ["0 3 * * *", ["2026-11-23T03:00", "2026-11-24T03:00", "2026-11-25T03:00"]],
  ["*/20 * * * *", ["2026-11-22T12:20", "2026-11-22T12:40", "2026-11-22T13:00"]],
  ["5/25 12 * * *", ["2026-11-22T12:05", "2026-11-22T12:30", "2026-11-22T12:55"]],
  ["30 9 * * mon-fri", ["2026-11-23T09:30", "2026-11-24T09:30", "2026-11-25T09:30"]],
  ["0 0 1,15 * *", ["2026-12-01T00:00", "2026-12-15T00:00", "2027-01-01T00:00"]],
  ["0 0 13 * fri", ["2026-11-27T00:00", "2026-12-04T00:00", "2026-12-11T00:00"]],
  ["0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
  ["@weekly", ["2026-11-29T00:00", "2026-12-06T00:00", "2026-12-13T00:00"]],
  ["0 12 * JAN 7", ["2027-01-03T12:00", "2027-01-10T12:00", "2027-01-17T12:00"]],
])("%s comes when cron would start it", (line, expected) => {
  expect(times(line, "2026-11-22T12:00:00Z")).toEqual(expected);
});

test("a job of the night runs once when clocks change, and by the clocks of its zone", () => {
  const paris = "Europe/Paris";
  // 29 March 2026: 02:30 is not shown; 25 October 2026: it is shown twice.
  expect(times("30 2 * * *", "2026-03-28T12:00:00Z", paris, 2)).toEqual([
    "2026-03-29T01:00",
    "2026-03-30T00:30",
  ]);
  expect(times("30 2 * * *", "2026-10-24T12:00:00Z", paris, 2)).toEqual([
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
});

test("what is no crontab is none, and a day that never comes ends the search", () => {
  for (const wrong of [
    "",
    "* * * *",
    "60 * * * *",
    "* * * * * *",
    "5-1 * * * *",
    "*/0 * * * *",
    "a b c d e",
  ])
    expect(readCrontab(wrong)).toBeUndefined();
  expect(times("0 0 31 2 *", "2026-11-22T12:00:00Z")).toEqual([]);
});
