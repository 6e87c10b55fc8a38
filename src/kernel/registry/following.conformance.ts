import { expect, test } from "bun:test";
import type { Change } from "./registry.ts";
import { acquire, put, type World } from "./registry-world.ts";

/** What every registry promises to whoever watches. */
export function watching({ registry, clock, session, reopen }: World): void {
  /** Reads so many changes, then stops. */
  async function changesOf(prefix: string, after: number, count: number): Promise<Change[]> {
    const stop = new AbortController();
    const found: Change[] = [];
    for await (const { changes } of registry().watch(prefix, { after, signal: stop.signal })) {
      found.push(...changes);
      if (found.length >= count) stop.abort();
    }
    return found;
  }

  test("a watcher sees every change under its prefix after its index, in order, with its cause", async () => {
    await registry().txn([put("w/0")]);
    const { index } = registry().list("w/");
    const a = await session(1_000);
    const watched = changesOf("w/", index, 6);
    await registry().txn([put("w/1"), put("other")]);
    await registry().txn([acquire("w/2", a), acquire("w/3", a)]);
    await registry().txn([{ op: "release", key: "w/3", value: "", session: a.id }]);
    await registry().txn([{ op: "delete", key: "w/1" }]);
    await clock().advance(1_000);
    expect(
      (await watched).map(({ key, cause, entry }) => [key, cause, entry !== undefined]),
    ).toEqual([
      ["w/1", "put", true],
      ["w/2", "put", true],
      ["w/3", "put", true],
      ["w/3", "released", true],
      ["w/1", "delete", false],
      ["w/2", "expired", true],
    ]);
  });

  test("watching goes on from any index, also after a restart, and misses nothing", async () => {
    for (let n = 0; n < 30; n++) await registry().txn([put(`k/${n}`)]);
    const all = await changesOf("k/", 0, 30);
    expect(all.map(({ key }) => key)).toEqual(Array.from({ length: 30 }, (_, n) => `k/${n}`));
    await reopen();
    const from = registry().get("k/9")?.modifyIndex ?? -1;
    const rest = changesOf("k/", from, 21);
    await registry().txn([put("k/30")]);
    expect((await rest).map(({ key }) => key)).toEqual(
      Array.from({ length: 21 }, (_, n) => `k/${n + 10}`),
    );
  });

  test("a watcher whose history is gone is told to read the list again, and then goes on", async () => {
    await reopen({ historyChangesMax: 10 });
    for (let n = 0; n < 50; n++) await registry().txn([put("k", `${n}`)]);
    const stop = new AbortController();
    const watched = registry().watch("k", { after: 1, signal: stop.signal });
    const steps = watched[Symbol.asyncIterator]();
    const reset = (await steps.next()).value;
    expect(reset).toMatchObject({ reset: true, changes: [] });
    expect(reset?.index).toBe(registry().list("k").index);
    await registry().txn([put("k", "next")]);
    expect((await steps.next()).value).toMatchObject({ changes: [{ entry: { value: "next" } }] });
    stop.abort();
    expect((await steps.next()).done).toBe(true);
  });

  test("an index from another log is answered with a reset, an empty registry with patience", async () => {
    const stop = new AbortController();
    const far = registry().watch("", { after: 1_000_000, signal: stop.signal });
    expect((await far[Symbol.asyncIterator]().next()).value).toMatchObject({ reset: true });
    const { index } = registry().list("");
    const patient = registry().watch("", { after: index, signal: stop.signal });
    const next = patient[Symbol.asyncIterator]().next();
    await registry().txn([put("first")]);
    expect((await next).value).toMatchObject({ changes: [{ key: "first" }] });
    stop.abort();
  });
}

/** What every registry promises to candidates. */
export function elections({ registry, clock, session }: World): void {
  test("candidates lead in the order they came, with growing tokens", async () => {
    const candidates = [await session(), await session(), await session()];
    const led: [n: number, token: number][] = [];
    const running = candidates.map(async (candidate, n) => {
      const leadership = await registry().elect("boss", candidate);
      led.push([n, leadership.token]);
      expect(leadership.lost.aborted).toBe(false);
      await leadership.resign();
      expect(registry().list("elect/boss/").entries.length).toBe(2 - n);
    });
    await Promise.all(running);
    expect(led.map(([n]) => n)).toEqual([0, 1, 2]);
    const tokens = led.map(([, token]) => token);
    expect([...tokens].sort((a, b) => a - b)).toEqual(tokens);
    expect(new Set(tokens).size).toBe(3);
  });

  test("a leader whose session ends is told, and the next one leads after the lock delay", async () => {
    const first = await session(1_000, { lockDelayMs: 3_000 });
    const second = await session(600_000);
    const leader = await registry().elect("boss", first);
    let next: { token: number } | undefined;
    const waiting = registry()
      .elect("boss", second)
      .then((leadership) => (next = leadership));
    await clock().advance(1_000);
    expect(leader.lost.aborted).toBe(true);
    await clock().advance(2_900);
    expect(next).toBeUndefined();
    await clock().advance(200);
    await waiting;
    expect(next?.token).toBeGreaterThan(leader.token);
  });

  test("a candidate that gives up or is lost leaves the queue to those behind it", async () => {
    const [a, b, c, d] = [await session(), await session(), await session(500), await session()];
    const leader = await registry().elect("boss", a);
    const giveUp = new AbortController();
    const failed: unknown[] = [];
    const note = (error: unknown): void => void failed.push(error);
    const second = registry().elect("boss", b, giveUp.signal).catch(note);
    const third = registry().elect("boss", c).catch(note);
    await clock().settle();
    const fourth = registry().elect("boss", d);
    giveUp.abort();
    await second;
    await clock().advance(500);
    await third;
    expect(failed).toHaveLength(2);
    await leader.resign();
    expect((await fourth).lost.aborted).toBe(false);
  });

  test("who has no session cannot stand", async () => {
    const gone = await session();
    await registry().session.destroy(gone.id);
    const refused = await registry()
      .elect("boss", gone)
      .then(
        () => "led",
        (error: unknown) => String(error),
      );
    expect(refused).toContain("does not exist");
  });
}
