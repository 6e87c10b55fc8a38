import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { RoomRules } from "./workers/contract.ts";
import { Room, type Terms } from "./room.ts";

const rules: RoomRules = {
  ...{ activeMax: 4, newPerMinute: 3, windowMs: 60_000, order: "fifo", sessionMs: 300_000 },
  ...{ patienceMs: 60_000, refreshMsMax: 22_000, waitingMax: 100 },
};
const opened = 83_000;
const half = (): number => 0.5;
const roomOf = (over: Partial<RoomRules> = {}, terms: Partial<Terms> = {}, chance = half): Room =>
  new Room({ mode: "when-full", rules: { ...rules, ...over }, ...terms }, chance);
const admitted = (room: Room, now = opened): string[] => room.admit(now).map(({ id }) => id);
const everything = { share: 1, wanted: 0 };

test("whatever the order of things, the room holds both numbers", () => {
  const step = fc.record({
    what: fc.constantFrom("wait", "claim", "leave", "admit", "lend", "return"),
    who: fc.integer({ min: 0, max: 30 }),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const room = roomOf();
      const entered: number[] = [];
      let lent = 0;
      let now = opened;
      for (const { what, who, afterMs } of steps) {
        now += afterMs;
        const id = `person ${who}`;
        if (what === "wait") room.wait(id, Math.floor(now / 60_000) * 60_000, now);
        else if (what === "claim" && room.claim(id, now)) entered.push(now);
        else if (what === "leave") room.leave(id);
        else if (what === "admit") room.admit(now);
        else if (what === "lend" && lent === 0) lent = room.lend({ share: 0.5, wanted: 1 }, now);
        else if (what === "return" && lent > 0) {
          room.returned(lent);
          room.came(`new ${now}`, now, now + rules.sessionMs);
          entered.push(now);
          lent = 0;
        }
        expect(room.activeCount).toBeLessThanOrEqual(rules.activeMax);
        const recent = entered.filter((at) => at > now - 60_000);
        expect(recent.length).toBeLessThanOrEqual(rules.newPerMinute);
      }
    }),
  );
});

test("the first minute goes first, and within it whoever asked first", () => {
  const room = roomOf();
  for (const [id, since] of [
    ["late", 60_000],
    ["early", 0],
    ["earlier", 0],
  ] as const)
    room.wait(id, since, opened);
  expect(admitted(room)).toEqual(["early", "earlier", "late"]);
});

test("by lot, the minute says nothing", () => {
  const lots = [0.9, 0.1, 0.5];
  const room = roomOf({ order: "random" }, {}, () => lots.shift() ?? 0);
  for (const [id, since] of [
    ["a", 0],
    ["b", 60_000],
    ["c", 120_000],
  ] as const)
    room.wait(id, since, opened);
  expect(admitted(room)).toEqual(["b", "c", "a"]);
});

test("a finer window lets in its share of the number, and no more", () => {
  const room = roomOf({ windowMs: 20_000, activeMax: 100, newPerMinute: 6 });
  for (let i = 0; i < 10; i++) room.wait(`person ${i}`, 0, opened);
  expect(admitted(room)).toHaveLength(2);
  for (let i = 0; i < 2; i++) room.claim(`person ${i}`, opened);
  expect(admitted(room, opened + 19_000)).toHaveLength(0);
  expect(admitted(room, opened + 22_000)).toHaveLength(2);
});

test("a place that nobody comes for is free again, and the pass for it is used up", () => {
  const room = roomOf({ activeMax: 1 });
  room.wait("a", 0, opened);
  expect(admitted(room)).toEqual(["a"]);
  room.wait("b", 0, opened);
  expect(admitted(room)).toEqual([]);
  room.wait("b", 0, opened + rules.patienceMs - 1);
  expect(admitted(room, opened + rules.patienceMs)).toEqual(["b"]);
  expect(room.wait("a", 0, opened + rules.patienceMs)).toBe(false);
});

test("a place is taken once: a second claim with the same pass finds it used", () => {
  const room = roomOf();
  room.wait("a", 0, opened);
  room.admit(opened);
  expect(room.claim("a", opened)).toBe(true);
  expect(room.claim("a", opened + 1)).toBe(false);
  expect(room.claim("nobody", opened)).toBe(false);
});

test("nothing is lent while somebody waits or is on the way back", () => {
  const room = roomOf();
  expect(room.lend({ share: 0.5, wanted: 0 }, opened)).toBe(1);
  room.returned(1);
  expect(room.lend({ share: 0.5, wanted: 2 }, opened)).toBe(2);
  room.hold(opened);
  expect(room.lend(everything, opened + rules.refreshMsMax)).toBe(0);
  const later = opened + rules.refreshMsMax + 1_000;
  room.wait("a", 0, later);
  expect(room.lend(everything, later)).toBe(0);
  expect(admitted(room, later)).toEqual(["a"]);
  expect(room.lend(everything, later)).toBe(0);
  expect(room.lend(everything, later + rules.patienceMs)).toBe(1);
});

test("where everyone queues, nobody walks in; before an event nobody is let in either", () => {
  for (const mode of ["everyone", "before-event"] as const) {
    const room = roomOf({}, { mode });
    expect(room.lend(everything, opened)).toBe(0);
    room.wait("a", 0, opened);
    expect(admitted(room)).toEqual(mode === "everyone" ? ["a"] : []);
  }
});

test("whoever is done makes room at once", () => {
  const room = roomOf({ activeMax: 1 });
  room.came("a", opened, opened + rules.sessionMs);
  room.wait("b", 0, opened);
  expect(admitted(room)).toEqual([]);
  room.leave("a");
  expect(admitted(room)).toEqual(["b"]);
});

test("an operator may let in more than the numbers say, the first in line first", () => {
  const room = roomOf({ activeMax: 1 });
  for (const id of ["a", "b", "c"]) room.wait(id, 60_000, opened);
  expect(room.admitMore(2, opened).map(({ id }) => id)).toEqual(["a", "b"]);
  expect(room.waitingCount).toBe(1);
});

test("before an event people are shuffled, then those behind come in their turn", () => {
  const lots = { from: 600_000, to: 900_000, seed: 7 };
  const room = roomOf({ activeMax: 1_000, newPerMinute: 1_000 }, { mode: "before-event", lots });
  const early = Array.from({ length: 40 }, (_, i) => `early ${i}`);
  for (const id of early) room.wait(id, 600_000, 880_000);
  expect(admitted(room, 899_999)).toEqual([]);
  room.terms = { ...room.terms, mode: "when-full" };
  room.wait("late", 900_000, 900_000);
  const first = admitted(room, 900_000);
  expect(first.toSorted()).toEqual(early.toSorted());
  expect(first).not.toEqual(early);
  expect(admitted(room, 900_000)).toEqual([]);
  expect(admitted(room, 900_000 + 23_000)).toEqual(["late"]);
});

test("the line holds so many and no more; whoever is in it may ask again", () => {
  const room = roomOf({ waitingMax: 2 });
  for (const id of ["a", "b", "c"]) room.wait(id, 60_000, opened);
  expect([room.isFull, room.waitingCount]).toEqual([true, 2]);
  room.wait("a", 60_000, opened + 1);
  expect(room.waitingCount).toBe(2);
});

test("the account of fairness sees who overtook whom, and how long people waited", () => {
  const { fairness } = roomOf();
  fairness.begin(0);
  fairness.note({ group: 0, since: 0, knownAt: 20_000 }, 60_000);
  fairness.note({ group: 60_000, since: 60_000, knownAt: 80_000 }, 100_000);
  expect(fairness.audit("sale")).toMatchObject({ admitted: 2, inversions: 0, maxMs: 60_000 });
  // They came back only after the later one was in: nobody overtook them.
  fairness.note({ group: 0, since: 0, knownAt: 110_000 }, 120_000);
  expect(fairness.audit("sale").inversions).toBe(0);
  fairness.note({ group: 0, since: 0, knownAt: 30_000 }, 130_000);
  const audit = fairness.audit("sale");
  expect(audit.inversions).toBe(1);
  expect(audit.groups.map(({ since, admitted: count }) => [since, count])).toEqual([
    [0, 3],
    [60_000, 1],
  ]);
});
