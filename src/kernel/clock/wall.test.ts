import { describe, expect, test } from "bun:test";
import { instantOf, laterWall, monthsLater, offsetMs, wallOf, weekdayOf, Zone } from "./wall.ts";

const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute };
};
const iso = (ms: number) => new Date(ms).toISOString();

describe("a wall's time becomes an instant", () => {
  for (const [zone, shown, instant] of [
    ["America/Chicago", "2026-07-01T09:00", "2026-07-01T14:00:00.000Z"],
    ["America/Chicago", "2026-01-01T09:00", "2026-01-01T15:00:00.000Z"],
    // Clocks go forward at 02:00 on 8 March 2026: 02:30 is never shown.
    ["America/Chicago", "2026-03-08T02:30", "2026-03-08T08:00:00.000Z"],
    // And back at 02:00 on 1 November: 01:30 is shown twice, and the first counts.
    ["America/Chicago", "2026-11-01T01:30", "2026-11-01T06:30:00.000Z"],
    // Lord Howe moves by half an hour.
    ["Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00.000Z"],
    ["Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00:00.000Z"],
    ["Asia/Kolkata", "2026-03-29T02:00", "2026-03-28T20:30:00.000Z"],
    ["UTC", "2026-03-29T02:00", "2026-03-29T02:00:00.000Z"],
  ] as const)
    test(`${shown} in ${zone} is ${instant}`, () =>
      expect(iso(instantOf(wall(shown), zone))).toBe(instant));
});

test("what a wall shows at an instant is that instant again, in every zone, except where it is shown twice", () => {
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 13.7 * 86_400_000) {
      const minute = Math.floor(at / 60_000) * 60_000;
      const found = instantOf(wallOf(minute, zone), zone);
      expect([minute, minute - 3_600_000, minute - 1_800_000, minute - 7_200_000]).toContain(found);
    }
  }
});

test("days and months are a wall's: no clock change makes one longer", () => {
  expect(laterWall(wall("2026-03-07T02:30"), { days: 1 })).toEqual(wall("2026-03-08T02:30"));
  expect(laterWall(wall("2026-12-31T23:59"), { minutes: 1 })).toEqual(wall("2027-01-01T00:00"));
  expect(monthsLater(wall("2026-01-31T08:00"), 1)).toEqual(wall("2026-02-28T08:00"));
  expect(monthsLater(wall("2026-01-31T08:00"), 2)).toEqual(wall("2026-03-31T08:00"));
  expect(monthsLater(wall("2026-01-31T08:00"), -2)).toEqual(wall("2025-11-30T08:00"));
  expect(weekdayOf(wall("2026-11-22T00:00"))).toBe(0);
});

test("a zone has a name; an offset is none that stays true", () => {
  expect(Zone.safeParse("Europe/Paris").success).toBe(true);
  for (const wrong of ["Europe/Atlantis", "", "half past two"])
    expect(Zone.safeParse(wrong).success).toBe(false);
  expect(offsetMs(Date.UTC(2026, 6, 1), "Europe/Paris")).toBe(7_200_000);
});
