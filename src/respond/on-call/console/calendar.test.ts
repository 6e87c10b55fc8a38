import { expect, test } from "bun:test";
import { apart, daysIn, midnights, piecesOf } from "./calendar.ts";

const hourMs = 3_600_000;
// A whole day each, so that the zone of whoever runs the test is of no matter.
const days = Array.from({ length: 15 }, (_, day) => day * 24 * hourMs);

test("a stretch goes on in the next row, and says where it begins and ends", () => {
  const pieces = piecesOf({ from: 6 * 24 * hourMs, to: 8 * 24 * hourMs }, days);
  expect(pieces).toEqual([
    { row: 0, left: 6 / 7, width: 1 / 7, begins: true, ends: false },
    { row: 1, left: 0, width: 1 / 7, begins: false, ends: true },
  ]);
});

test("what lies outside is cut, and what ends at the edge of a row makes no empty piece", () => {
  expect(piecesOf({ from: -hourMs, to: 7 * 24 * hourMs }, days)).toMatchObject([
    { row: 0, left: 0, width: 1, begins: false, ends: true },
  ]);
  expect(piecesOf({ from: 13 * 24 * hourMs, to: 99 * 24 * hourMs }, days)).toMatchObject([
    { row: 1, ends: false },
  ]);
  expect(piecesOf({ from: 99 * 24 * hourMs, to: 100 * 24 * hourMs }, days)).toEqual([]);
});

test("a day is as wide as another, however long it is", () => {
  const changed = [0, 24 * hourMs, 47 * hourMs, 71 * hourMs];
  expect(daysIn(47 * hourMs, changed)).toBe(2);
  expect(daysIn(35.5 * hourMs, changed)).toBe(1.5);
});

test("days begin at midnight by the reader's clocks", () => {
  const all = midnights(Date.UTC(2026, 2, 25, 12), 2);
  expect(all).toHaveLength(15);
  for (const midnight of all) expect(new Date(midnight).getHours()).toBe(0);
});

test("only the hours of a stand-in are marked, though their own turn follows", () => {
  const shift = { from: 0, to: 10, member: "ben" };
  const parts = (others: { from: number; to: number }[]) =>
    apart(shift, others).map(({ from, to, isWithin }) => [from, to, isWithin]);
  expect(parts([])).toEqual([[0, 10, false]]);
  expect(parts([{ from: -5, to: 4 }])).toEqual([
    [0, 4, true],
    [4, 10, false],
  ]);
  expect(
    parts([
      { from: 2, to: 4 },
      { from: 4, to: 20 },
    ]),
  ).toEqual([
    [0, 2, false],
    [2, 4, true],
    [4, 10, true],
  ]);
});
