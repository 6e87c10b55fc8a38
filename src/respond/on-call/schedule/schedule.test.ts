import { describe, expect, test } from "bun:test";
import { handoff, type Rotation, turnAt, turnsWithin } from "./rotation.ts";
import { type Layer, type Override, timeline, type Version } from "./schedule.ts";

const dayMs = 86_400_000;
const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute };
};
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const daily = (over: Partial<Rotation> = {}): Rotation => ({
  zone: "Europe/Paris",
  start: wall("2026-01-05T09:00"),
  turn: { count: 1, unit: "days" },
  members: ["ann", "ben", "cem"],
  ...over,
});

describe("a rotation", () => {
  test("hands over at nine by the clock, whatever the clock did in the night", () => {
    const rotation = daily({ turn: { count: 1, unit: "weeks" } });
    for (const [k, expected] of [
      [11, "2026-03-23T08:00"],
      [12, "2026-03-30T07:00"],
      [42, "2026-10-26T08:00"],
    ] as const)
      expect(iso(handoff(rotation, k))).toBe(expected);
  });

  test("hour by hour: an hour that does not exist is nobody's, one that comes twice is one turn", () => {
    const hourly = daily({
      zone: "America/Chicago",
      start: wall("2026-03-08T00:00"),
      turn: { count: 1, unit: "hours" },
    });
    const spring = turnsWithin(hourly, {
      from: at("2026-03-08T06:00Z"),
      to: at("2026-03-08T10:00Z"),
    });
    expect(spring.map(({ from, member }) => [iso(from), member])).toEqual([
      ["2026-03-08T06:00", "ann"],
      ["2026-03-08T07:00", "ben"],
      ["2026-03-08T08:00", "ann"],
      ["2026-03-08T09:00", "ben"],
    ]);
    const autumn = turnsWithin(
      { ...hourly, start: wall("2026-11-01T00:00") },
      { from: at("2026-11-01T05:00Z"), to: at("2026-11-01T09:00Z") },
    );
    expect(autumn.map(({ from, to }) => (to - from) / 3_600_000)).toEqual([1, 2, 1]);
  });

  test("by the half hour of Lord Howe too", () => {
    const rotation = daily({
      zone: "Australia/Lord_Howe",
      start: wall("2026-10-03T02:10"),
    });
    expect([0, 1, 2].map((k) => iso(handoff(rotation, k)))).toEqual([
      "2026-10-02T15:40",
      "2026-10-03T15:30",
      "2026-10-04T15:10",
    ]);
  });

  test("by months, from the 31st, stays at the end of each month", () => {
    const rotation = daily({
      start: wall("2026-01-31T09:00"),
      turn: { count: 1, unit: "months" },
      zone: "UTC",
    });
    expect([0, 1, 2, 3].map((k) => iso(handoff(rotation, k)).slice(0, 10))).toEqual([
      "2026-01-31",
      "2026-02-28",
      "2026-03-31",
      "2026-04-30",
    ]);
  });

  test("has nobody before it begins, and nobody without members", () => {
    const bounds = { from: at("2026-01-01T00:00Z"), to: at("2026-01-06T12:00Z") };
    expect(turnsWithin(daily(), bounds)[0]?.from).toBe(at("2026-01-05T08:00Z"));
    expect(turnsWithin(daily({ members: [] }), bounds)).toEqual([]);
  });

  test("in every zone, for two years: each turn begins where the one before it ends, and is found again", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      const rotation = daily({ zone, start: wall("2026-01-01T02:30") });
      let before = handoff(rotation, 0);
      for (let k = 1; k < 730; k++) {
        const next = handoff(rotation, k);
        if (next <= before || next - before > 1.2 * dayMs || next - before < 0.8 * dayMs)
          throw new Error(`${zone}: turn ${k} lasts ${(next - before) / 3_600_000} h`);
        if (k % 73 === 0 && (turnAt(rotation, next) !== k || turnAt(rotation, next - 1) !== k - 1))
          throw new Error(`${zone}: turn ${k} is not found`);
        before = next;
      }
    }
  }, 60_000);
});

describe("a timeline", () => {
  const layer = (over: Partial<Layer> = {}): Layer => ({
    ...daily(),
    name: "all",
    hours: [],
    ...over,
  });
  const always: Version = { validFrom: 0, layers: [layer()] };
  const week = { from: at("2026-01-05T08:00Z"), to: at("2026-01-08T08:00Z") };
  const who = (versions: readonly Version[], overrides: readonly Override[] = []) =>
    timeline(versions, overrides, week).shifts.map(({ from, member }) => [iso(from), member]);

  test("the first layer that has somebody counts, at its hours", () => {
    const office = layer({
      name: "office",
      members: ["dee"],
      hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: 9 * 60, to: 17 * 60 }],
    });
    expect(who([{ validFrom: 0, layers: [office, layer()] }])).toEqual([
      ["2026-01-05T08:00", "dee"],
      ["2026-01-05T16:00", "ann"],
      ["2026-01-06T08:00", "dee"],
      ["2026-01-06T16:00", "ben"],
      ["2026-01-07T08:00", "dee"],
      ["2026-01-07T16:00", "cem"],
    ]);
  });

  test("hours over midnight belong to the day they begin on", () => {
    const nights = layer({ hours: [{ days: ["mon"], from: 22 * 60, to: 6 * 60 }] });
    const { shifts, gaps } = timeline([{ validFrom: 0, layers: [nights] }], [], week);
    expect(shifts.map(({ from, to }) => [iso(from), iso(to)])).toEqual([
      ["2026-01-05T21:00", "2026-01-06T05:00"],
    ]);
    expect(gaps).toHaveLength(2);
  });

  test("a new schedule holds from its instant on, and the past stays as it was", () => {
    const changed = { validFrom: at("2026-01-06T12:00Z"), layers: [layer({ members: ["zoe"] })] };
    const [before, after] = [who([always]), who([always, changed])];
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after.slice(2)).toEqual([["2026-01-06T12:00", "zoe"]]);
  });

  test("an override takes a stretch from everybody, a swap only from whom it names, a later one wins", () => {
    const from = at("2026-01-05T20:00Z");
    const to = at("2026-01-06T20:00Z");
    expect(who([always], [{ id: "1", from, to, member: "eve" }])).toEqual([
      ["2026-01-05T08:00", "ann"],
      ["2026-01-05T20:00", "eve"],
      ["2026-01-06T20:00", "ben"],
      ["2026-01-07T08:00", "cem"],
    ]);
    expect(who([always], [{ id: "1", from, to, member: "eve", instead: "ann" }])).toEqual([
      ["2026-01-05T08:00", "ann"],
      ["2026-01-05T20:00", "eve"],
      ["2026-01-06T08:00", "ben"],
      ["2026-01-07T08:00", "cem"],
    ]);
    const both = [
      { id: "1", from, to, member: "eve" },
      { id: "2", from, to, member: "fay" },
    ];
    expect(who([always], both)[1]).toEqual(["2026-01-05T20:00", "fay"]);
  });

  test("an override fills a gap, and what nobody has is a gap", () => {
    const none: Version = { validFrom: 0, layers: [] };
    const { from } = week;
    const cover = [{ id: "1", from, to: from + dayMs, member: "eve" }];
    expect(timeline([none], cover, week)).toEqual({
      shifts: [{ from, to: from + dayMs, member: "eve" }],
      gaps: [{ from: from + dayMs, to: week.to }],
    });
  });
});
