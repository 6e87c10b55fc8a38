import { expect, test } from "bun:test";
import { Config, type RoomConfig } from "./config.ts";
import { eventAt, termsOf } from "./terms.ts";

const minute = 60_000;
const room = (over: object = {}): RoomConfig => {
  const sale = { routes: ["/"], activeMax: 100, newPerMinute: 60, window: "10s", ...over };
  return Config.parse({ rooms: { sale } }).rooms["sale"] as RoomConfig;
};
const terms = (of: RoomConfig, now: number, said: Parameters<typeof termsOf>[1]["said"] = {}) =>
  termsOf(of, { said, event: eventAt(of, now), seed: 7 }, now);
const quiz = { name: "quiz", every: "10m", for: "60s", preQueue: "30s", newPerMinute: 600 };
const startsAt = 100 * minute;

test("an event goes from gathering to its own numbers and back", () => {
  const of = room({ open: "manual", events: [quiz] });
  expect(terms(of, startsAt - 31_000).mode).toBe("off");
  expect(terms(of, startsAt - 30_000)).toMatchObject({
    ...{ mode: "before-event", startsAt, lots: { from: startsAt - 30_000, to: startsAt } },
  });
  expect(terms(of, startsAt)).toMatchObject({ mode: "when-full", rules: { newPerMinute: 600 } });
  expect(terms(of, startsAt + minute).mode).toBe("off");
});

test("somebody's word goes before an event, and an event before the configuration", () => {
  const of = room({ open: "always", events: [{ ...quiz, shuffle: false }] });
  const override = { is: "open", everyone: false, reason: "now", startedAt: 0 } as const;
  expect(terms(of, startsAt - 1).mode).toBe("before-event");
  expect(terms(of, startsAt - 1).lots).toBeUndefined();
  expect(terms(of, startsAt - 1, { override }).mode).toBe("when-full");
  expect(terms(of, startsAt, { override: { ...override, is: "closed" } }).mode).toBe("off");
  expect(terms(of, startsAt + minute).mode).toBe("everyone");
});

test("however few may come in, a window is long enough for one of them; none at all is none", () => {
  const numbers = (newPerMinute: number) => ({ numbers: { activeMax: 5, newPerMinute } });
  expect(terms(room(), 0, numbers(2)).rules).toMatchObject({ newPerMinute: 2, windowMs: 30_000 });
  expect(terms(room(), 0, numbers(0)).rules).toMatchObject({ newPerMinute: 0, windowMs: 10_000 });
});
