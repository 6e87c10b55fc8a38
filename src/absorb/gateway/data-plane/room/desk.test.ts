import { expect, test } from "bun:test";
import { Desk, type DeskOrders } from "./desk.ts";
import { RoomHub } from "./hub.ts";
import { openPass, sealPass } from "./pass.ts";
import { Room } from "./room.ts";

const key = new Uint8Array(32).fill(1);
const sessionMs = 300_000;
const id = "AAAAAAAAAAAAAAAA";
function desk() {
  let ids = 0;
  const newId = (): string => String(++ids).padStart(16, "0");
  return new Desk({ room: "sale", sessionMs, claimMs: 50_000, key, newId });
}
const orders = (over: Partial<DeskOrders>): DeskOrders => ({
  ...{ admitted: [], spent: [], lent: 0, ...over },
});

test("a pass reads back as it was sealed, for its room and its key only", () => {
  for (const pass of [
    { kind: "waiting", id, minute: 29_000_000 } as const,
    { kind: "in", id, until: 1_795_335_888_329 } as const,
  ]) {
    const sealed = sealPass(pass, "sale", key);
    expect(openPass(sealed, "sale", key)).toEqual(pass);
    expect(openPass(sealed, "other", key)).toBeUndefined();
    expect(openPass(sealed, "sale", new Uint8Array(32))).toBeUndefined();
  }
});

test("a pass that was made up or changed anywhere is none", () => {
  const sealed = sealPass({ kind: "waiting", id, minute: 5 }, "sale", key);
  for (let i = 0; i < sealed.length; i++) {
    const other = sealed[i] === "A" ? "B" : "A";
    const forged = sealed.slice(0, i) + other + sealed.slice(i + 1);
    // The last character of the signature holds four bits that mean nothing.
    if (i < sealed.length - 1) expect(openPass(forged, "sale", key)).toBeUndefined();
  }
  for (const made of ["", "w", `w.${id}.5`, `w.${id}.5.`, `${sealed}.x`, `i.${sealed.slice(2)}`])
    expect(openPass(made, "sale", key)).toBeUndefined();
});

test("newcomers walk in on what was lent; then they wait, and a forged pass is a newcomer's", () => {
  const door = desk();
  door.obey(orders({ lent: 1 }), 5);
  expect(door.visit(undefined, 10)).toMatchObject({ in: true, pass: { until: 10 + sessionMs } });
  const forged = sealPass({ kind: "in", id, until: 1e12 }, "sale", new Uint8Array(32));
  expect(door.visit(forged, 10)).toMatchObject({ in: false, pass: { minute: 0 } });
  expect(door.report()).toMatchObject({ walkedIn: [expect.any(String)], unused: 0 });
});

test("whoever is in stays in while they ask; their pass is renewed at half-time and ends after", () => {
  const door = desk();
  const pass = door.seal({ kind: "in", id, until: sessionMs });
  expect(door.visit(pass, 0)).toEqual({ in: true });
  const renewed = { kind: "in", id, until: 200_000 + sessionMs };
  expect(door.visit(pass, 200_000)).toEqual({ in: true, pass: renewed } as never);
  expect(door.visit(pass, sessionMs).in).toBe(false);
});

test("whoever was let in gets in once on their waiting pass; a copy of it waits anew", () => {
  const [here, there] = [desk(), desk()];
  const pass = here.seal({ kind: "waiting", id, minute: 0 });
  expect(here.visit(pass, 0).in).toBe(false);
  here.obey(orders({ admitted: [id] }), 0);
  expect(here.visit(pass, 1)).toMatchObject({ in: true, pass: { id } });
  expect(here.visit(pass, 2)).toMatchObject({
    in: false,
    pass: { id: expect.not.stringMatching(id) },
  });
  there.obey(orders({ spent: [id] }), 0);
  expect(there.visit(pass, 2)).toMatchObject({
    in: false,
    pass: { id: expect.not.stringMatching(id) },
  });
});

test("a place that nobody came for in time is gone, also for the one it was kept for", () => {
  const door = desk();
  const pass = door.seal({ kind: "waiting", id, minute: 0 });
  door.obey(orders({ admitted: [id] }), 0);
  expect(door.visit(pass, 50_000)).toMatchObject({ in: false, pass: { id } });
  expect(door.report().waiting).toEqual([{ id, minute: 0 }]);
});

test("over the hub, a used waiting pass is known to every worker", () => {
  const rules = { activeMax: 5, newPerMinute: 5, sessionMs, patienceMs: 60_000, refreshMsMax: 0 };
  const hub = new RoomHub(new Room({ ...rules, order: "fifo" }, () => 0));
  const doors = [desk(), desk()] as const;
  const talk = (now: number) => {
    for (const [i, door] of doors.entries())
      door.obey(hub.hear(`worker ${i}`, door.report(), now), now);
  };
  const pass = doors[0].seal({ kind: "waiting", id, minute: 0 });
  doors[0].visit(pass, 60_000);
  talk(60_000);
  expect(doors[1].visit(pass, 61_000).in).toBe(true);
  talk(61_000);
  talk(62_000);
  for (const door of doors) expect(door.visit(pass, 63_000)).not.toMatchObject({ pass: { id } });
});

test("whoever is done is out at once", () => {
  const door = desk();
  const pass = door.seal({ kind: "in", id, until: sessionMs });
  door.done(pass, 0);
  expect(door.visit(pass, 1).in).toBe(false);
  expect(door.report().left).toEqual([id]);
});

test("what a worker was lent is taken for used when it is heard of no more", () => {
  const rules = { activeMax: 4, newPerMinute: 40, sessionMs, patienceMs: 60_000, refreshMsMax: 0 };
  const room = new Room({ ...rules, order: "fifo" }, () => 0);
  const hub = new RoomHub(room);
  const [gone, here] = [desk(), desk()];
  gone.obey(hub.hear("gone", gone.report(), 0), 0);
  expect(room.activeCount).toBe(4);
  expect(hub.hear("here", here.report(), 20_000).lent).toBe(0);
  expect(hub.hear("here", here.report(), 20_001 + sessionMs).lent).toBe(4);
});
