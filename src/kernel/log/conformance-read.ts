import { expect, test } from "bun:test";
import { type Bench, fact } from "./conformance-bench.ts";
import type { Recorded, Replayed } from "./log.ts";
import { upcastersOf } from "./record.ts";

const positions = (found: Recorded[]): number[] => found.map(({ position }) => position);

/** What reading promises. */
export function reading(bench: () => Bench): void {
  test("gives back everything that was recorded", async () => {
    const by = { kind: "person", id: "p1", name: "Zoë" } as const;
    await bench().append([fact("boat/1")]);
    const data = { text: "a\nb\u0000 ❤ \ud800", deep: [{ n: 1.5, none: null }] };
    await bench().append([fact("boat/1", "boats.sank", data)], { by, cause: 1, id: "e2" });
    const found = bench().log.at(2);
    expect(found).toEqual({
      position: 2,
      stream: "boat/1",
      version: 2,
      event: { type: "boats.sank", data },
      at: bench().clock.now(),
      by,
      cause: 1,
      envelope: "e2",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(bench().log.at(1)).not.toHaveProperty("cause");
    expect(bench().log.at(3)).toBeUndefined();
    expect(bench().log.read("boat/1")[1]).toEqual(found as Recorded);
  });

  test("reads a stream forwards and backwards, from a version, with a limit", async () => {
    for (const half of [0, 1]) {
      for (let n = 0; n < 5; n++) await bench().append([fact("boat/1"), fact("boat/2")]);
      if (half === 0) await bench().reopen();
    }
    const versions = (of?: Parameters<ReturnType<typeof bench>["log"]["read"]>[1]): number[] =>
      bench()
        .log.read("boat/1", of)
        .map(({ version }) => version);
    expect(versions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(versions({ from: 4, limit: 3 })).toEqual([4, 5, 6]);
    expect(versions({ from: 9, limit: 3 })).toEqual([9, 10]);
    expect(versions({ backwards: true, limit: 2 })).toEqual([10, 9]);
    expect(versions({ backwards: true, from: 6, limit: 3 })).toEqual([6, 5, 4]);
    expect(versions({ backwards: true, from: 2 })).toEqual([2, 1]);
    expect(versions({ from: 11 })).toEqual([]);
  });

  test("pages through all, by type, by prefix of the stream, forwards and backwards", async () => {
    for (let n = 1; n <= 12; n++)
      await bench().append([fact(n % 2 ? "boat/1" : "boats/1", n % 3 ? "sailed" : "sank")]);
    const checkAll = (): void => {
      const { log } = bench();
      expect(positions(log.page({ after: 0, limit: 4 }))).toEqual([1, 2, 3, 4]);
      expect(positions(log.page({ after: 10 }))).toEqual([11, 12]);
      expect(log.page({ after: 12 })).toEqual([]);
      expect(positions(log.page({ after: 3, types: ["sank"] }))).toEqual([6, 9, 12]);
      expect(positions(log.page({ after: 0, types: ["sank"], limit: 2 }))).toEqual([3, 6]);
      expect(positions(log.page({ after: 9, types: ["sank", "sailed"] }))).toEqual([10, 11, 12]);
      expect(log.page({ after: 0, types: [] })).toEqual([]);
      expect(positions(log.page({ after: 0, streamPrefix: "boat/", limit: 3 }))).toEqual([1, 3, 5]);
      expect(positions(log.page({ after: 6, streamPrefix: "boat" }))).toEqual([
        7, 8, 9, 10, 11, 12,
      ]);
      expect(positions(log.page({ after: 0, streamPrefix: "boats/", types: ["sank"] }))).toEqual([
        6, 12,
      ]);
      expect(positions(log.page({ after: 0, backwards: true, limit: 2 }))).toEqual([12, 11]);
      const older = { after: 0, before: 9, backwards: true } as const;
      expect(positions(log.page({ ...older, types: ["sank"] }))).toEqual([6, 3]);
      expect(positions(log.page({ ...older, streamPrefix: "boats/" }))).toEqual([8, 6, 4, 2]);
      expect(positions(log.page({ after: 2, before: 5 }))).toEqual([3, 4]);
    };
    checkAll();
    await bench().reopen();
    checkAll();
  });

  test("many types at once are found in order", async () => {
    for (let n = 0; n < 20; n++) await bench().append([fact("boat/1", `type-${n}`)]);
    await bench().reopen();
    const types = Array.from({ length: 15 }, (_, n) => `type-${n + 5}`);
    expect(positions(bench().log.page({ after: 8, types }))).toEqual([
      9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
  });

  test("replaying folds the past in order, of some types or all, up to the head", async () => {
    for (let n = 0; n < 9_000; n++)
      void bench().append(
        [fact("boat/1", n % 10 ? "sailed" : "sank", { n })],
        n ? { cause: n } : {},
      );
    await bench().reopen();
    const all: Replayed[] = [];
    expect(await bench().log.replay({ after: 0 }, (past) => all.push(past))).toBe(9_000);
    expect(all.map(({ position }) => position)).toEqual(
      Array.from({ length: 9_000 }, (_, n) => n + 1),
    );
    expect(bench().log.at(12)).toMatchObject({ ...all[11] });
    expect(Object.keys(all[11] ?? {}).toSorted()).toEqual([
      "at",
      "by",
      "cause",
      "event",
      "position",
      "stream",
      "version",
    ]);
    const sunk: number[] = [];
    const types = ["sank", "burnt"];
    await bench().log.replay({ after: 8_000, types }, ({ position }) => sunk.push(position));
    expect(sunk).toEqual(Array.from({ length: 100 }, (_, n) => 8_001 + 10 * n));
  });

  test("what is appended while replaying is folded too", async () => {
    for (let n = 0; n < 5_000; n++) void bench().append([fact("boat/1")]);
    await bench().append([fact("boat/1")]);
    let seen = 0;
    const reached = bench().log.replay({ after: 0 }, () => {
      if (++seen === 1) void bench().append([fact("boat/2")]);
    });
    expect(await reached).toBe(5_002);
    expect(seen).toBe(5_002);
  });

  test("older shapes are read in today's, and newer ones as they are", async () => {
    await bench().append([fact("boat/1", "boats.sailed", { speed: 5 })]);
    const rename = (data: unknown): unknown => ({ knots: (data as { speed: number }).speed });
    await bench().reopen(upcastersOf([{ type: "boats.sailed", upcast: rename }]));
    await bench().append([fact("boat/1", "boats.sailed", { knots: 6 })]);
    const kmh = (data: unknown): unknown => ({ kmh: (data as { knots: number }).knots * 2 });
    await bench().reopen({ "boats.sailed": [rename, kmh] });
    await bench().append([fact("boat/1", "boats.sailed", { kmh: 7 })]);
    expect(
      bench()
        .log.read("boat/1")
        .map(({ event }) => event.data),
    ).toEqual([{ kmh: 10 }, { kmh: 12 }, { kmh: 7 }]);
    expect(await bench().log.verify()).not.toHaveProperty("brokenAt");
  });

  test("bookmarks are kept, listed by prefix, and no part of the chain", async () => {
    const { bookmarks } = bench().log;
    bookmarks.set("reactions/a", "1");
    bookmarks.set("reactions/b", "2");
    bookmarks.set("other", "3");
    bookmarks.set("reactions/a", "4");
    expect(bookmarks.get("reactions/a")).toBe("4");
    await bench().reopen();
    const kept = bench().log.bookmarks;
    expect(kept.get("reactions/none")).toBeUndefined();
    kept.set("reactions/c", "5");
    kept.delete("reactions/b");
    expect(kept.list("reactions/")).toEqual([
      ["reactions/a", "4"],
      ["reactions/c", "5"],
    ]);
    expect(kept.get("reactions/b")).toBeUndefined();
    await bench().reopen();
    expect(bench().log.bookmarks.list("")).toEqual([
      ["other", "3"],
      ["reactions/a", "4"],
      ["reactions/c", "5"],
    ]);
    expect(bench().log.head()).toBe(0);
  });

  test("the epoch outlives the process", async () => {
    const { epoch } = bench().log;
    await bench().reopen();
    expect(bench().log.epoch).toBe(epoch);
    expect(epoch).not.toBe("");
  });
}
