import { expect, test } from "bun:test";
import { EventConfig, nextOf } from "./schedule.ts";

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
const starts = (event: Record<string, unknown>, now: string): string | undefined =>
  iso(nextOf(EventConfig.parse({ name: "quiz", ...event }), at(now))?.startsAt);

test("an event that comes once is on until it ends, and then never again", () => {
  const once = { start: "2026-12-24T20:00:00+01:00", end: "2026-12-24T21:00:00+01:00" };
  expect(starts(once, "2026-12-24T19:59:00Z")).toBe("2026-12-24T19:00:00.000Z");
  expect(starts(once, "2026-12-24T20:00:00Z")).toBeUndefined();
  const next = nextOf(EventConfig.parse({ name: "quiz", ...once, preQueue: "10m" }), 0);
  expect(iso(next?.preQueueAt)).toBe("2026-12-24T18:50:00.000Z");
});

test("every ten minutes for a minute: the one that is on, then the next", () => {
  const every = { every: "10m", for: "60s", preQueue: "30s" };
  expect(starts(every, "2026-11-22T12:00:59Z")).toBe("2026-11-22T12:00:00.000Z");
  expect(starts(every, "2026-11-22T12:01:00Z")).toBe("2026-11-22T12:10:00.000Z");
  const from = { ...every, from: "2026-11-22T12:03:00Z" };
  expect(starts(from, "2026-11-22T12:09:00Z")).toBe("2026-11-22T12:13:00.000Z");
  expect(starts(from, "2026-11-20T00:00:00Z")).toBe("2026-11-22T12:03:00.000Z");
});

test("at a time of day, by the clock of a place: summer and winter are an hour apart", () => {
  const daily = { at: "20:00", zone: "Europe/Paris", for: "1h" };
  expect(starts(daily, "2026-03-28T12:00:00Z")).toBe("2026-03-28T19:00:00.000Z");
  expect(starts(daily, "2026-03-29T12:00:00Z")).toBe("2026-03-29T18:00:00.000Z");
  expect(starts(daily, "2026-03-28T20:00:00Z")).toBe("2026-03-29T18:00:00.000Z");
  const late = { at: "23:30", zone: "America/New_York", for: "2h" };
  expect(starts(late, "2026-11-22T05:00:00Z")).toBe("2026-11-22T04:30:00.000Z");
});

test("on some days of the week only", () => {
  const weekly = { at: "18:00", days: ["mon", "fri"], for: "1h" };
  expect(starts(weekly, "2026-11-22T12:00:00Z")).toBe("2026-11-23T18:00:00.000Z");
  expect(starts(weekly, "2026-11-23T19:00:00Z")).toBe("2026-11-27T18:00:00.000Z");
});

test("an event says when in one way, and is over before it comes round", () => {
  for (const wrong of [
    {},
    { every: "10m" },
    { every: "10m", for: "1m", at: "20:00" },
    { start: "2026-12-24T20:00:00Z" },
    { start: "2026-12-24T20:00:00Z", end: "2026-12-24T19:00:00Z" },
    { every: "1m", for: "55s", preQueue: "30s" },
    { at: "25:00", for: "1h" },
    { at: "20:00", for: "1h", zone: "Europe/Atlantis" },
    { start: "tomorrow", end: "later" },
  ])
    expect([wrong, EventConfig.safeParse({ name: "quiz", ...wrong }).success]).toEqual([
      wrong,
      false,
    ]);
});
