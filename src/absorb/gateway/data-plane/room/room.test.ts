import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Crowd } from "./crowd.testing.ts";
import { Room, type RoomRules } from "./room.ts";

const rules: RoomRules = {
  ...{ activeMax: 4, newPerMinute: 3, order: "fifo", sessionMs: 300_000 },
  ...{ patienceMs: 60_000, refreshMsMax: 22_000 },
};
const crowdRules: RoomRules = { ...rules, activeMax: 60_000, newPerMinute: 20_000 };
const opened = 83_000;
const half = (): number => 0.5;

test("100,000 people through two workers: never more than the two numbers, and nobody overtakes another minute", () => {
  const crowd = new Crowd(crowdRules, 2, 1);
  const seen = crowd.run({ people: 100_000, arriveWithinMs: 180_000, untilMs: 1_200_000 });
  expect(seen.entries).toHaveLength(100_000);
  expect(seen.activeMost).toBeLessThanOrEqual(crowdRules.activeMax);
  expect(seen.newInMinuteMost).toBeLessThanOrEqual(crowdRules.newPerMinute);
  expect(seen.decided).toHaveLength(100_000);
  expect(seen.decided.filter((minute, i) => minute < (seen.decided[i - 1] ?? 0))).toEqual([]);
}, 120_000);

test("nobody waits while there is room", () => {
  const crowd = new Crowd(crowdRules, 2, 2);
  const { entries } = crowd.run({ people: 2_000, arriveWithinMs: 60_000, untilMs: 120_000 });
  expect(entries.filter(({ came, at }) => at - came > 1_000)).toHaveLength(0);
});

test("whoever gives up does not keep the others from getting in", () => {
  const crowd = new Crowd({ ...rules, activeMax: 600, newPerMinute: 300 }, 2, 3);
  const seen = crowd.run({
    ...{ people: 2_000, arriveWithinMs: 60_000, untilMs: 1_800_000, quitShare: 0.2 },
  });
  expect(seen.gaveUp).toBeGreaterThan(500);
  expect(seen.entries.length + seen.gaveUp).toBe(2_000);
});

test("whatever the order of things, the room holds both numbers", () => {
  const step = fc.record({
    what: fc.constantFrom("wait", "stay", "leave", "admit", "lend", "return"),
    who: fc.integer({ min: 0, max: 30 }),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const room = new Room(rules, half);
      const entered: { at: number; count: number }[] = [];
      let lent = 0;
      let now = opened;
      for (const { what, who, afterMs } of steps) {
        now += afterMs;
        const id = `person ${who}`;
        if (what === "wait") room.wait(id, Math.floor(now / 60_000), now);
        else if (what === "stay" && room.isIn(id, now))
          entered.push({ at: now, count: room.stay(id, now) ? 1 : 0 });
        else if (what === "leave") room.leave(id);
        else if (what === "admit") room.admit(now);
        else if (what === "lend" && lent === 0) lent = room.lend(0.5, now);
        else if (what === "return" && lent > 0) {
          room.returned({ walkedIn: [`new ${now}`], unused: lent - 1 }, now);
          entered.push({ at: now, count: 1 });
          lent = 0;
        }
        expect(room.activeCount).toBeLessThanOrEqual(rules.activeMax);
        const recent = entered.filter(({ at }) => at > now - 60_000);
        expect(recent.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(
          rules.newPerMinute,
        );
      }
    }),
  );
});

test("the first minute goes first, and within it whoever asked first", () => {
  const room = new Room(rules, half);
  for (const [id, minute] of [
    ["late", 1],
    ["early", 0],
    ["earlier", 0],
  ] as const)
    room.wait(id, minute, opened);
  expect(room.admit(opened)).toEqual(["early", "earlier", "late"]);
});

test("by lot, the minute says nothing", () => {
  const lots = [0.9, 0.1, 0.5];
  const room = new Room({ ...rules, order: "random" }, () => lots.shift() ?? 0);
  for (const [id, minute] of [
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ] as const)
    room.wait(id, minute, opened);
  expect(room.admit(opened)).toEqual(["b", "c", "a"]);
});

test("a place that nobody comes for is free again, and the pass for it is used up", () => {
  const room = new Room({ ...rules, activeMax: 1 }, half);
  room.wait("a", 0, opened);
  expect(room.admit(opened)).toEqual(["a"]);
  room.wait("b", 0, opened);
  expect(room.admit(opened)).toEqual([]);
  room.wait("b", 0, opened + rules.patienceMs - 1);
  expect(room.admit(opened + rules.patienceMs)).toEqual(["b"]);
  expect(room.wait("a", 0, opened + rules.patienceMs)).toBe(false);
});

test("nothing is lent while somebody waits or is on the way back", () => {
  const room = new Room(rules, half);
  expect(room.lend(0.5, opened)).toBe(2);
  room.hold(opened);
  expect(room.lend(1, opened + rules.refreshMsMax)).toBe(0);
  const later = opened + rules.refreshMsMax + 1_000;
  room.wait("a", 0, later);
  expect(room.lend(1, later)).toBe(0);
  expect(room.admit(later)).toEqual(["a"]);
  expect(room.lend(1, later)).toBe(0);
  expect(room.lend(1, later + rules.patienceMs)).toBe(1);
});

test("whoever is done makes room at once", () => {
  const room = new Room({ ...rules, activeMax: 1 }, half);
  room.stay("a", opened);
  room.wait("b", 0, opened);
  expect(room.admit(opened)).toEqual([]);
  room.leave("a");
  expect(room.admit(opened)).toEqual(["b"]);
});

test("the estimate counts who is ahead against how fast it goes", () => {
  const room = new Room({ ...rules, activeMax: 1_000, newPerMinute: 10 }, half);
  for (let i = 0; i < 20; i++) room.wait(`ahead ${i}`, 0, opened);
  for (let i = 0; i < 10; i++) room.wait(`same ${i}`, 1, opened);
  expect(room.estimateMs(1)).toBe(150_000);
});
