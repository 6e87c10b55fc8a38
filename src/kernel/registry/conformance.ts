import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type VirtualClock, virtualClock } from "../clock/virtual.ts";
import { elections, watching } from "./following.conformance.ts";
import type { Op, Registry, Session, TxnResult } from "./registry.ts";
import { acquire, put, type RegistryWorld, type World } from "./registry-world.ts";

/** What every registry promises. */
export function registryConformance(
  name: string,
  make: (clock: VirtualClock) => Promise<RegistryWorld>,
): void {
  describe(`registry: ${name}`, () => {
    let clock: VirtualClock;
    let world: RegistryWorld;
    let registry: Registry;
    beforeEach(async () => {
      clock = virtualClock({ now: 1_000_000 });
      world = await make(clock);
      ({ registry } = world);
    });
    afterEach(() => world.close());
    const on: World = {
      clock: () => clock,
      registry: () => registry,
      reopen: async (of) => (registry = await world.reopen(of)),
      session: (ttlMs = 10_000, more = {}) =>
        registry.session.create({ name: "s", ttlMs, lockDelayMs: 0, ...more }),
    };
    keysAndValues(on);
    locks(on);
    sessions(on);
    watching(on);
    elections(on);
  });
}

function keysAndValues({ registry, reopen }: World): void {
  test("what was put is read back at once, listed in order under its prefix, and survives a restart", async () => {
    for (const key of ["b/2", "a", "b/1", "b"]) await registry().txn([put(key)]);
    for (const round of ["now", "later"]) {
      if (round === "later") await reopen();
      expect(registry().get("a")?.value).toBe("a");
      expect(registry().get("c")).toBeUndefined();
      const { index, entries } = registry().list("b/");
      expect(entries.map(({ key }) => key)).toEqual(["b/1", "b/2"]);
      expect(index).toBe(registry().get("b/1")?.modifyIndex ?? -1);
      expect(registry().list("x")).toMatchObject({ entries: [] });
      expect(registry().list("x").index).toBeGreaterThan(0);
    }
  });

  test("an entry knows where it was made and where it last changed; flags stay until they are set", async () => {
    await registry().txn([{ op: "put", key: "k", value: "1", flags: 7 }]);
    const first = registry().get("k");
    await registry().txn([put("k", "2")]);
    const second = registry().get("k");
    expect(second).toMatchObject({ value: "2", flags: 7, createIndex: first?.createIndex });
    expect(second?.modifyIndex).toBeGreaterThan(first?.modifyIndex ?? Number.NaN);
    await registry().txn([{ op: "delete", key: "k" }]);
    expect(registry().get("k")).toBeUndefined();
    await registry().txn([put("k", "3")]);
    expect(registry().get("k")?.createIndex).toBeGreaterThan(second?.modifyIndex ?? Number.NaN);
  });

  test("of many writers that saw the same index exactly one wins", async () => {
    await registry().txn([put("k", "0")]);
    const index = registry().get("k")?.modifyIndex ?? -1;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => registry().txn([put("k", `${n}`, index)])),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const fresh = await Promise.all([1, 2, 3].map((n) => registry().txn([put("new", `${n}`, 0)])));
    expect(fresh.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(registry().get("new")?.value).toBe("1");
  });

  test("a transaction does all or nothing and names every operation that cannot", async () => {
    await registry().txn([put("a"), put("b")]);
    const refused = await registry().txn([
      put("c"),
      put("a", "x", 99),
      { op: "check", key: "b", absent: true },
      { op: "delete", key: "b" },
      { op: "check", key: "nowhere" },
    ]);
    expect(refused).toMatchObject({ ok: false, errors: [{ op: 1 }, { op: 2 }, { op: 4 }] });
    expect(
      registry()
        .list("")
        .entries.map(({ key }) => key),
    ).toEqual(["a", "b"]);
    const done = await registry().txn([
      { op: "check", key: "a", index: registry().get("a")?.modifyIndex ?? -1 },
      { op: "check", key: "z", absent: true },
      { op: "deleteTree", prefix: "b" },
      put("c", "new"),
      { op: "delete", key: "never there" },
    ]);
    if (!done.ok) throw new Error(JSON.stringify(done.errors));
    expect(done.entries.map((entry) => entry?.value)).toEqual([
      "a",
      undefined,
      undefined,
      "new",
      undefined,
    ]);
    expect(done.entries[3]?.modifyIndex).toBe(done.index);
    expect(
      registry()
        .list("")
        .entries.map(({ key }) => key),
    ).toEqual(["a", "c"]);
  });

  test("each of several transactions at once gets its own result", async () => {
    const results = await Promise.all([1, 2, 3].map((n) => registry().txn([put("k", `${n}`)])));
    const values = results.map((result) => (result.ok ? result.entries[0]?.value : "refused"));
    expect(values).toEqual(["1", "2", "3"]);
    const indexes = results.map((result) => (result.ok ? result.index : 0));
    expect(new Set(indexes).size).toBe(3);
  });

  test("the same id again returns the first result, at the same time, later and after a restart", async () => {
    const txn = (value: string): Promise<TxnResult> => registry().txn([put("k", value)], "id-1");
    const [first, second] = await Promise.all([txn("1"), txn("2")]);
    expect(second).toEqual(first);
    expect(await txn("3")).toEqual(first);
    await reopen();
    expect(await txn("4")).toEqual(first);
    expect(registry().get("k")?.value).toBe("1");
    const refused = await registry().txn([put("k", "5", 0)], "id-2");
    await registry().txn([{ op: "delete", key: "k" }]);
    expect(await registry().txn([put("k", "5", 0)], "id-2")).toEqual(refused);
  });

  test("what is too large is refused with a reason, and nothing else is lost", async () => {
    const [key, value] = ["k".repeat(2_000), "v".repeat(600_000)];
    const many = Array.from({ length: 129 }, () => put("k"));
    for (const ops of [[put(key)], [put("")], [put("k", value)], many])
      expect(await registry().txn(ops)).toMatchObject({ ok: false });
    const large = "v".repeat(500_000);
    const both = await Promise.all([1, 2, 3].map((n) => registry().txn([put(`k${n}`, large)])));
    expect(both.every(({ ok }) => ok)).toBe(true);
    expect(await registry().txn([put("a", large), put("b", large)])).toMatchObject({ ok: false });
  });
}

function locks({ registry, clock, session, reopen }: World): void {
  test("one session holds a lock; another gets it after its release, with a larger token", async () => {
    const [a, b] = [await session(), await session()];
    const [first, second] = await Promise.all([
      registry().txn([acquire("lock", a, "a")]),
      registry().txn([acquire("lock", b, "b")]),
    ]);
    expect([first.ok, second.ok]).toEqual([true, false]);
    const held = registry().get("lock");
    expect(held).toMatchObject({ session: a.id, value: "a", lockIndex: held?.modifyIndex });
    await registry().txn([acquire("lock", a, "again")]);
    expect(registry().get("lock")).toMatchObject({ value: "again", lockIndex: held?.lockIndex });
    await registry().txn([put("lock", "by anyone")]);
    expect(registry().get("lock")?.session).toBe(a.id);

    const release = ({ id }: Session): Op => ({
      op: "release",
      key: "lock",
      value: "free",
      session: id,
    });
    expect((await registry().txn([release(b)])).ok).toBe(false);
    expect((await registry().txn([release(a)])).ok).toBe(true);
    expect(registry().get("lock")).toMatchObject({ value: "free", lockIndex: held?.lockIndex });
    expect(registry().get("lock")?.session).toBeUndefined();
    expect((await registry().txn([acquire("lock", b)])).ok).toBe(true);
    expect(registry().get("lock")?.lockIndex).toBeGreaterThan(held?.lockIndex ?? Number.NaN);
  });

  test("a token grows even when the key was deleted in between", async () => {
    const a = await session();
    await registry().txn([acquire("lock", a)]);
    const first = registry().get("lock")?.lockIndex ?? Number.NaN;
    await registry().txn([{ op: "delete", key: "lock" }]);
    await registry().txn([acquire("lock", a)]);
    expect(registry().get("lock")?.lockIndex).toBeGreaterThan(first);
  });

  test("a lock of a lost session can be taken only after its delay; a released one at once", async () => {
    const a = await session(1_000, { lockDelayMs: 5_000 });
    const b = await session(600_000);
    await registry().txn([acquire("lost", a), acquire("given", a)]);
    await registry().txn([{ op: "release", key: "given", value: "", session: a.id }]);
    expect((await registry().txn([acquire("given", b)])).ok).toBe(true);
    await clock().advance(1_000);
    expect(registry().session.get(a.id)).toBeUndefined();
    await reopen();
    await clock().advance(4_900);
    expect((await registry().txn([acquire("lost", b)])).ok).toBe(false);
    await clock().advance(100);
    expect((await registry().txn([acquire("lost", b)])).ok).toBe(true);
  });

  test("no lock without a living session", async () => {
    const a = await session();
    await registry().session.destroy(a.id);
    expect((await registry().txn([acquire("lock", a)])).ok).toBe(false);
  });
}

function sessions({ registry, clock, session, reopen }: World): void {
  test("a session ends when it is not renewed, and frees or deletes what it held", async () => {
    const a = await session(1_000);
    const b = await session(1_000, { behavior: "delete" });
    await registry().txn([acquire("a", a, "x"), acquire("b", b, "y"), put("c")]);
    await clock().advance(999);
    expect(registry().session.list()).toHaveLength(2);
    await clock().advance(1);
    expect(registry().session.list()).toEqual([]);
    expect(registry().get("a")).toMatchObject({ value: "x" });
    expect(registry().get("a")?.session).toBeUndefined();
    expect(registry().get("b")).toBeUndefined();
    expect(registry().get("c")).toBeDefined();
    expect(await registry().session.renew(a.id)).toBeUndefined();
  });

  test("a renewed session lives on, and says how often it was renewed", async () => {
    const a = await session(1_000);
    for (let n = 1; n <= 5; n++) {
      await clock().advance(900);
      expect(await registry().session.renew(a.id)).toMatchObject({ id: a.id, renewals: n });
    }
    await clock().advance(999);
    expect(registry().session.get(a.id)?.renewals).toBe(5);
    await clock().advance(1);
    expect(registry().session.get(a.id)).toBeUndefined();
  });

  test("a new process grants every session its full time once more", async () => {
    const a = await session(1_000);
    await clock().advance(800);
    await reopen();
    await clock().advance(999);
    expect(registry().session.get(a.id)).toBeDefined();
    await clock().advance(1);
    expect(registry().session.get(a.id)).toBeUndefined();
  });

  test("a destroyed session is gone at once; destroying it again changes nothing", async () => {
    const a = await session();
    await registry().txn([acquire("a", a)]);
    await Promise.all([registry().session.destroy(a.id), registry().session.destroy(a.id)]);
    expect(registry().session.get(a.id)).toBeUndefined();
    expect(registry().get("a")?.session).toBeUndefined();
    await registry().session.destroy(a.id);
    expect(() => session(0)).toThrow(RangeError);
  });
}
