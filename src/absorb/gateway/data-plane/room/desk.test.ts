import { expect, test } from "bun:test";
import type { DeskOrders } from "../../../waiting-room/workers/contract.ts";
import { Desk, type PassFault } from "./desk.ts";
import { openPass, sealPass } from "./pass.ts";
import { roomPicture } from "./room.testing.ts";

const key = new Uint8Array(32).fill(1);
const sessionMs = 300_000;
const id = "AAAAAAAAAAAAAAAA";
function desk(faults: PassFault[] = []) {
  let ids = 0;
  const newId = (): string => String(++ids).padStart(16, "0");
  const onFault = (fault: PassFault) => void faults.push(fault);
  return new Desk({ picture: roomPicture(), keys: [key], newId, onFault });
}
const orders = (over: Partial<DeskOrders>): DeskOrders => ({
  ...{ hub: "hub", tellAll: false, isSettling: false, mode: "when-full", admitted: [], spent: [] },
  ...{ entered: [], lent: 0, isFull: false, line: [], pacePerMinute: 5, ...over },
});
const report = (door: Desk) => door.report({ room: "sale", worker: "w", wanted: 0, claims: [] });

test("a pass reads back as it was sealed, for its room and its keys only", () => {
  for (const pass of [
    { kind: "waiting", id, since: 1_795_335_840_000 } as const,
    { kind: "in", id, until: 1_795_335_888_329 } as const,
  ]) {
    const sealed = sealPass(pass, "sale", key);
    expect(openPass(sealed, "sale", [key])).toEqual(pass);
    expect(openPass(sealed, "other", [key])).toBeUndefined();
    expect(openPass(sealed, "sale", [new Uint8Array(32)])).toBeUndefined();
    expect(openPass(sealed, "sale", [new Uint8Array(32), key])).toEqual(pass);
  }
});

test("a pass that was made up or changed anywhere is none", () => {
  const sealed = sealPass({ kind: "waiting", id, since: 5 }, "sale", key);
  for (let i = 0; i < sealed.length; i++) {
    const other = sealed[i] === "A" ? "B" : "A";
    const forged = sealed.slice(0, i) + other + sealed.slice(i + 1);
    // The last character of the signature holds four bits that mean nothing.
    if (i < sealed.length - 1) expect(openPass(forged, "sale", [key])).toBeUndefined();
  }
  for (const made of ["", "w", `w.${id}.5`, `w.${id}.5.`, `${sealed}.x`, `i.${sealed.slice(2)}`])
    expect(openPass(made, "sale", [key])).toBeUndefined();
});

test("newcomers walk in on what was lent; then they wait, and a forged pass is a newcomer's", () => {
  const faults: PassFault[] = [];
  const door = desk(faults);
  door.obey(orders({ lent: 1 }), 5);
  expect(door.visit(undefined, 10)).toMatchObject({ is: "in", pass: { until: 10 + sessionMs } });
  const forged = sealPass({ kind: "in", id, until: 1e12 }, "sale", new Uint8Array(32));
  expect(door.visit(forged, 10)).toMatchObject({ is: "waiting", pass: { since: 0 } });
  expect(faults).toEqual(["forged"]);
  expect(report(door)).toMatchObject({ came: [[expect.any(String), 10]], began: 1 });
});

test("whoever finds nothing lent asks the hub, and walks in on what it lends", () => {
  const door = desk();
  door.isLinked = true;
  const said = door.visit(undefined, 10);
  if (said.is !== "asking") throw new Error("It did not ask.");
  door.obey(orders({ lent: 1 }), 11);
  expect(door.settle(said, 11)).toMatchObject({ is: "in" });
  expect(door.settle(said, 11)).toMatchObject({ is: "waiting", isNew: true });
});

test("whoever is in stays in while they ask; their pass is renewed at half-time and ends after", () => {
  const door = desk();
  const pass = door.seal({ kind: "in", id, until: sessionMs });
  expect(door.visit(pass, 0)).toEqual({ is: "in", id });
  const renewed = { kind: "in", id, until: 200_000 + sessionMs } as const;
  expect(door.visit(pass, 200_000)).toEqual({ is: "in", id, pass: renewed });
  expect(report(door).stayed).toEqual([[id, renewed.until]]);
  expect(door.visit(pass, sessionMs).is).toBe("waiting");
});

test("whoever was let in gets in once on their waiting pass; a copy of it waits anew, elsewhere too", () => {
  const faults: PassFault[] = [];
  const [here, there] = [desk(faults), desk(faults)];
  const pass = here.seal({ kind: "waiting", id, since: 0 });
  expect(here.visit(pass, 0).is).toBe("waiting");
  here.obey(orders({ admitted: [id] }), 0);
  expect(here.visit(pass, 1).is).toBe("waiting");
  here.isLinked = true;
  const asked = here.visit(pass, 1);
  if (asked.is !== "asking") throw new Error("It did not ask.");
  here.obey(orders({ entered: [id] }), 1);
  expect(here.settle(asked, 1)).toMatchObject({ is: "in", pass: { id } });
  there.obey(orders({ admitted: [id] }), 0);
  there.isLinked = true;
  const said = there.visit(pass, 2);
  if (said.is !== "asking") throw new Error("It did not ask.");
  there.obey(orders({ spent: [id] }), 2);
  // Another tab shows the same pass: it waits a moment for what this one got, and gets nothing by itself.
  for (const verdict of [here.visit(pass, 2), there.settle(said, 2)]) {
    expect(verdict).toMatchObject({ is: "waiting", isNew: false });
    expect(verdict).not.toHaveProperty("pass");
  }
  expect(faults).toEqual([]);
  for (const door of [here, there]) {
    door.isLinked = false;
    const late = door.visit(pass, 20_000);
    expect(late).toMatchObject({ is: "waiting", pass: { id: expect.not.stringMatching(id) } });
  }
  expect(faults).toEqual(["replayed", "replayed"]);
});

test("a place that nobody came for in time is gone, also for the one it was kept for", () => {
  const door = desk();
  const pass = door.seal({ kind: "waiting", id, since: 0 });
  door.obey(orders({ admitted: [id] }), 0);
  expect(door.visit(pass, 58_000)).toMatchObject({ is: "waiting", since: 0 });
  expect(report(door).waiting).toEqual([[id, 0]]);
});

test("whoever is done is out at once", () => {
  const door = desk();
  const pass = door.seal({ kind: "in", id, until: sessionMs });
  door.done(pass, 0);
  expect(door.visit(pass, 1).is).toBe("waiting");
  expect(report(door).left).toEqual([id]);
});

test("what was told and not answered is told again, and the last share stays", () => {
  const door = desk();
  door.obey(orders({ lent: 2 }), 0);
  door.visit(undefined, 1);
  const first = report(door);
  door.unheard();
  expect(door.visit(undefined, 2).is).toBe("in");
  expect(door.visit(undefined, 3).is).toBe("waiting");
  const second = report(door);
  expect(second.came).toEqual([...first.came, [expect.any(String), 2]]);
});

test("a hub that is new is told everything, in parts where there is much", () => {
  const door = desk();
  const many = Array.from({ length: 30_000 }, (_, i) => String(i).padStart(16, "x"));
  door.obey(orders({ admitted: many, lent: 1 }), 0);
  door.visit(undefined, 0);
  door.obey(orders({ hub: "new", tellAll: true }), 1);
  const parts = [];
  do {
    parts.push(report(door));
    door.obey(orders({ hub: "new" }), 2);
  } while (door.news.hasMore);
  expect(parts.map(({ hasMore }) => hasMore)).toEqual([true, false]);
  expect(parts.flatMap(({ known }) => known?.expected ?? [])).toHaveLength(30_000);
  expect(parts[0]?.known).toMatchObject({ inside: [[expect.any(String), sessionMs]] });
  expect(parts[0]?.came).toHaveLength(1);
});

test("what gathered while the hub was away is told in parts that a message can hold", () => {
  const door = desk();
  door.obey(orders({}), 0);
  for (let i = 0; i < 30_000; i++) door.news.waits(String(i), i);
  const told = [report(door).waiting.length];
  while (door.news.hasMore) {
    door.news.heard();
    told.push(report(door).waiting.length);
  }
  door.news.heard();
  told.push(report(door).waiting.length);
  expect(told).toEqual([20_000, 10_000]);
});
