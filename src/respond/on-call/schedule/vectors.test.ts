import { expect, test } from "bun:test";
import { handoff, type Rotation, turnAt } from "./rotation.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** From GoAlert's tests of rotations (Apache-2.0, schedule/rotation/rotation_test.go), in America/Chicago. */
const vectors: [start: string, turn: Rotation["turn"], ends: string, lastsMs: number][] = [
  ["2017-06-10 08:00", { count: 1, unit: "weeks" }, "2017-06-17T13:00Z", 7 * dayMs],
  ["2017-06-10 08:00", { count: 2, unit: "weeks" }, "2017-06-24T13:00Z", 14 * dayMs],
  ["2017-03-10 08:00", { count: 1, unit: "weeks" }, "2017-03-17T13:00Z", 7 * dayMs - hourMs],
  ["2017-11-04 08:00", { count: 1, unit: "weeks" }, "2017-11-11T14:00Z", 7 * dayMs + hourMs],
  ["2017-06-10 08:00", { count: 1, unit: "days" }, "2017-06-11T13:00Z", dayMs],
  ["2017-06-10 08:00", { count: 2, unit: "days" }, "2017-06-12T13:00Z", 2 * dayMs],
  ["2017-03-11 08:00", { count: 1, unit: "days" }, "2017-03-12T13:00Z", 23 * hourMs],
  ["2017-11-04 08:00", { count: 1, unit: "days" }, "2017-11-05T14:00Z", 25 * hourMs],
  ["2017-06-10 08:00", { count: 1, unit: "hours" }, "2017-06-10T14:00Z", hourMs],
  ["2017-06-10 08:00", { count: 2, unit: "hours" }, "2017-06-10T15:00Z", 2 * hourMs],
  ["2017-03-12 00:00", { count: 3, unit: "hours" }, "2017-03-12T08:00Z", 2 * hourMs],
  ["2017-11-05 00:00", { count: 3, unit: "hours" }, "2017-11-05T09:00Z", 4 * hourMs],
];

const rotationFrom = (start: string, turn: Rotation["turn"]): Rotation => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = start.split(/[- :]/).map(Number);
  const wall = { year, month, day, hour, minute };
  return { zone: "America/Chicago", start: wall, turn, members: ["ann", "ben"] };
};

test.each(vectors)("a turn from %s on, every %p, ends at %s", (start, turn, ends, lastsMs) => {
  const rotation = rotationFrom(start, turn);
  expect(new Date(handoff(rotation, 1)).toISOString()).toBe(new Date(ends).toISOString());
  expect(handoff(rotation, 1) - handoff(rotation, 0)).toBe(lastsMs);
});

test("hourly from January on: the hour that clocks skip is nobody's turn, the one they repeat is one", () => {
  const hourly = rotationFrom("2017-01-01 01:00", { count: 1, unit: "hours" });
  const lengthAt = (at: string): number => {
    const k = turnAt(hourly, Date.parse(at));
    return (handoff(hourly, k + 1) - handoff(hourly, k)) / hourMs;
  };
  expect(lengthAt("2017-03-12T07:00Z")).toBe(1);
  expect(lengthAt("2017-11-05T06:00Z")).toBe(2);
});

test("a turn of twelve hours that began in the night ends at noon", () => {
  const halves = rotationFrom("2017-01-01 00:00", { count: 12, unit: "hours" });
  const k = turnAt(halves, Date.parse("2017-01-03T12:00Z"));
  expect(new Date(handoff(halves, k + 1)).toISOString()).toBe("2017-01-03T18:00:00.000Z");
});

test("before a rotation begins, its turns are where they would have been", () => {
  const daily: Rotation = {
    ...rotationFrom("2018-12-10 00:00", { count: 1, unit: "days" }),
    zone: "UTC",
  };
  for (const [at, ends] of [
    ["2018-12-05T00:00Z", "2018-12-06T00:00:00.000Z"],
    ["2018-12-10T00:00Z", "2018-12-11T00:00:00.000Z"],
  ] as const)
    expect(new Date(handoff(daily, turnAt(daily, Date.parse(at)) + 1)).toISOString()).toBe(ends);
});
