import { expect, test } from "bun:test";
import { RoomHub } from "./hub.ts";
import { Room } from "./room.ts";
import type { DeskOrders, DeskReport, RoomRules } from "./workers/contract.ts";

const rules: RoomRules = {
  ...{ activeMax: 4, newPerMinute: 40, windowMs: 60_000, order: "fifo", sessionMs: 300_000 },
  ...{ patienceMs: 60_000, refreshMsMax: 0, waitingMax: 100 },
};
const nothing = { inside: [], waiting: [], expected: [], entered: [] };

/** A hub for so many workers, and what a worker says to it. */
function hubFor(workers: number) {
  const room = new Room({ mode: "when-full", rules }, () => 0);
  const hub = new RoomHub(room, "hub", 0);
  const hear = (worker: string, now: number, over: Partial<DeskReport> = {}): DeskOrders => {
    const report: DeskReport = {
      ...{ room: "sale", worker, hub: "hub", waiting: [], claims: [], wanted: 0, stayed: [] },
      ...{ left: [], came: [], began: 0, hasMore: false, ...over },
    };
    return hub.hear(report, now, workers);
  };
  return { room, hub, hear };
}
const all = (now: number): [string, number][] =>
  ["a", "b", "c", "d"].map((id) => [id, now + rules.sessionMs]);

test("a hub that is new lets nobody in until all workers have told what they know", () => {
  const { room, hear } = hubFor(2);
  expect(hear("one", 10, { hub: "before" })).toMatchObject({ tellAll: true, lent: 0 });
  const known = { ...nothing, inside: all(0), expected: [["e", 50_000]] as [string, number][] };
  expect(hear("one", 20, { known, wanted: 3 })).toMatchObject({ isSettling: true, lent: 0 });
  const both = { ...nothing, inside: all(0).slice(0, 2) };
  expect(hear("two", 30, { known: both, wanted: 3 })).toMatchObject({ isSettling: false, lent: 0 });
  expect(room.activeCount).toBe(5);
});

test("a worker that never tells holds nobody up for longer than a few seconds", () => {
  const { hear } = hubFor(2);
  expect(hear("one", 100, { known: nothing, wanted: 1 }).lent).toBe(0);
  expect(hear("one", 3_500, { wanted: 1 }).lent).toBe(1);
});

test("what a worker was lent is taken for used when it is heard of no more", () => {
  const { room, hear } = hubFor(1);
  hear("gone", 0, { known: nothing, wanted: 4 });
  expect(room.activeCount).toBe(4);
  expect(hear("here", 20_000, { known: nothing, wanted: 4 }).lent).toBe(0);
  expect(hear("here", 20_001 + rules.sessionMs, { wanted: 4 }).lent).toBe(4);
});

test("who was called is told again to a worker that has not heard of it", () => {
  const { hear } = hubFor(1);
  hear("one", 0, { known: nothing });
  const waiting: [string, number][] = [["e", 0]];
  expect(hear("one", 60_000, { waiting }).admitted).toEqual(["e"]);
  expect(hear("one", 61_000).admitted).toEqual([]);
  expect(hear("one", 62_000, { waiting }).admitted).toEqual(["e"]);
});

test("what a worker tells twice counts once", () => {
  const { room, hear } = hubFor(1);
  hear("one", 0, { known: nothing, wanted: 2 });
  const came: [string, number][] = [["a", 5]];
  for (let told = 0; told < 2; told++) hear("one", 10, { came });
  expect(room.activeCount).toBe(1);
  expect(room.enteredCount(10)).toBe(1);
});

test("a place is taken at one worker: it may ask again for an answer that got lost, another one finds the pass used", () => {
  const { hear } = hubFor(2);
  for (const worker of ["one", "two"]) hear(worker, 0, { known: nothing });
  hear("one", 60_000, { waiting: [["e", 0]] });
  expect(hear("one", 61_000, { claims: ["e"] }).entered).toEqual(["e"]);
  expect(hear("one", 61_100, { claims: ["e"] }).entered).toEqual(["e"]);
  const elsewhere = hear("two", 61_200, { claims: ["e"] });
  expect(elsewhere.entered).toEqual([]);
  expect(elsewhere.spent).toContain("e");
});
