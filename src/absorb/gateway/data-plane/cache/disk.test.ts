import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf, cacheWorld, changing, closing, page, short } from "./cache.testing.ts";
import { Disk } from "./disk.ts";
import { Stored } from "./stored.ts";
import { termsOf } from "./terms.ts";

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "castor-cache-"));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});

const reading = { heuristicShare: 0, heuristicMsMax: 0, unmarkedMs: 0, sharesCookies: false };
function stored(
  key: string,
  of: { bodyBytes?: number; age?: string; usedAt?: number } = {},
): Stored {
  const fields: [string, string][] = [
    ["Cache-Control", "max-age=60"],
    ["Surrogate-Key", "a b"],
    ...(of.age === undefined ? [] : ([["Age", of.age]] as [string, string][])),
  ];
  const at = { requestedAt: 0, receivedAt: of.usedAt ?? 0 };
  const terms = termsOf({ status: 200, fields }, at, reading);
  const body = Buffer.alloc(of.bodyBytes ?? 100, 120);
  const made = { key, service: "shop", status: 200, reason: "OK", fields, terms, body };
  return new Stored({ ...made, selectors: [["accept-language", "de"]] });
}
const onDisk = { diskBytesMax: 1_000_000 };
const target = { seq: 1, at: 5, soft: false };

test("what was stored is there after a restart, as it was", () => {
  const path = join(folder(), "cache", "cache.db");
  const before = new Disk(path, 1_000_000);
  before.put(stored("http://a/1"), 2);
  before.close();
  const after = new Disk(path, 1_000_000);
  const [found] = after.read("http://a/1");
  expect(found).toMatchObject({
    status: 200,
    reason: "OK",
    selectors: [["accept-language", "de"]],
  });
  expect(found?.terms.lifetimeMs).toBe(60_000);
  expect(found?.body.toString()).toBe("x".repeat(100));
  expect(after.figures()).toMatchObject({ diskEntries: 1 });
  after.close();
});

test("two workers share one file: what one has written, the other reads", () => {
  const path = join(folder(), "cache.db");
  using one = closed(new Disk(path, 1_000_000));
  using other = closed(new Disk(path, 1_000_000));
  one.disk.put(stored("http://a/1"), 2);
  one.disk.flush();
  expect(other.disk.read("http://a/1")).toHaveLength(1);
  other.disk.remove("http://a/1");
  expect(other.disk.read("http://a/1")).toHaveLength(0);
  other.disk.flush();
  expect(one.disk.read("http://a/1")).toHaveLength(0);
});
const closed = (disk: Disk) => ({ disk, [Symbol.dispose]: () => disk.close() });

test("purges reach what waits and what is written, and are remembered", () => {
  const path = join(folder(), "cache.db");
  using one = closed(new Disk(path, 1_000_000));
  const { disk } = one;
  const left = (): string[] =>
    ["http://a/b/1", "http://a/b%/1", "http://a/c"].filter((key) => disk.read(key).length > 0);
  const fill = (): void => {
    for (const key of ["http://a/b/1", "http://a/b%/1", "http://a/c"]) disk.put(stored(key), 2);
  };
  fill();
  disk.flush();
  disk.purge({ ...target, target: { prefix: "http://a/b%" } });
  expect(left()).toEqual(["http://a/b/1", "http://a/c"]);
  disk.purge({ ...target, seq: 2, target: { url: "http://a/c" } });
  expect(left()).toEqual(["http://a/b/1"]);
  fill();
  disk.purge({ ...target, seq: 3, target: { tag: "b" } });
  expect(left()).toEqual([]);
  fill();
  disk.flush();
  disk.purge({ ...target, seq: 4, soft: true, target: { tag: "a" } });
  expect(disk.read("http://a/c")[0]?.terms).toMatchObject({ lifetimeMs: 0, receivedAt: 5 });
  expect(disk.purgedUpTo()).toBe(4);
});

test("the budget holds: what was used longest ago goes first", () => {
  const path = join(folder(), "cache.db");
  const bytes = stored("http://a/00").bytes;
  const first = new Disk(path, bytes * 10);
  for (let i = 10; i < 40; i++) first.put(stored(`http://a/${i}`, { usedAt: i }), 2);
  first.close();
  using again = closed(new Disk(path, bytes * 10));
  expect(again.disk.figures().diskBytes).toBeLessThanOrEqual(bytes * 10);
  expect(again.disk.read("http://a/39")).toHaveLength(1);
  expect(again.disk.read("http://a/10")).toHaveLength(0);
});

test("pages that were asked for once push out none that were asked for again", () => {
  const bytes = stored("http://a/00").bytes;
  const path = join(folder(), "cache.db");
  const first = new Disk(path, bytes * 20);
  for (let i = 10; i < 30; i++) first.put(stored(`http://a/${i}`), 2);
  first.close();
  using one = closed(new Disk(path, bytes * 20));
  for (let i = 100; i < 200; i++) one.disk.put(stored(`http://a/once/${i}`), 1);
  one.disk.flush();
  expect(one.disk.read("http://a/once/150")).toHaveLength(0);
  const left = Array.from({ length: 20 }, (_, i) => one.disk.read(`http://a/${i + 10}`).length);
  expect(left.filter((each) => each === 1)).toHaveLength(20);
});

test("what was too old to be measured does not come back young", () => {
  using one = closed(new Disk(join(folder(), "cache.db"), 1_000_000));
  one.disk.put(stored("http://a/1", { age: "abc" }), 2);
  one.disk.flush();
  expect(one.disk.read("http://a/1")).toHaveLength(0);
});

test("a file that is no cache is replaced by an empty one", () => {
  const path = join(folder(), "cache.db");
  writeFileSync(path, "this is not a database, and long enough to be looked at as one".repeat(100));
  using one = closed(new Disk(path, 1_000_000));
  one.disk.put(stored("http://a/1"), 2);
  one.disk.flush();
  expect(one.disk.read("http://a/1")).toHaveLength(1);
});

test("a worker that starts again answers from the disk, also while the origin is down", async () => {
  const path = join(folder(), "cache.db");
  using shop = changing(page("kept", short));
  {
    using one = closed(new Disk(path, 1_000_000));
    using w = cacheWorld(shop, { shelf: one.disk, picture: onDisk });
    await w.ask(closing("/"));
  }
  shop.says("gone");
  using again = closed(new Disk(path, 1_000_000));
  using w = cacheWorld(shop, { shelf: again.disk, picture: onDisk });
  w.at(60_000);
  expect(bodyOf(await w.ask(closing("/")))).toBe("kept");
});

test("what memory has no place for comes from the disk, not from the origin", async () => {
  using one = closed(new Disk(join(folder(), "cache.db"), 1_000_000));
  using shop = changing(page("kept"));
  using w = cacheWorld(shop, { shelf: one.disk, picture: { ...onDisk, memoryBytesMax: 10 } });
  for (let i = 0; i < 3; i++) expect(bodyOf(await w.ask(closing("/")))).toBe("kept");
  expect(shop.asked).toHaveLength(1);
  expect(w.cache.shelves.memory.size).toBe(0);
});

test("many workers that start at once on a new file all get it", async () => {
  const path = join(folder(), "cache.db");
  const entry = join(import.meta.dir, "disk.ts");
  const script = `const { Disk } = await import(${JSON.stringify(entry)});
    const disk = new Disk(${JSON.stringify(path)}, 1_000_000); disk.purge({ seq: 1, at: 1, soft: false, target: { tag: "a" } });
    console.log(disk.purgedUpTo()); disk.close();`;
  const started = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, "--eval", script], { stderr: "pipe" }),
  );
  const said = await Promise.all(started.map((each) => new Response(each.stdout).text()));
  expect(said.map((each) => each.trim())).toEqual(["1", "1", "1", "1"]);
});
