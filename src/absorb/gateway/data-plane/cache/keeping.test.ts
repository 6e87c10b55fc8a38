import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Picture, type Purge, WorkerFigures, WorkerPurged } from "../../../cache/contract.ts";
import { world, type World } from "../world.testing.ts";
import { bodyOf, closing, type Origin, origin, page, picture } from "./cache.testing.ts";
import { type CacheBus, CacheKeeping } from "./keeping.ts";

type Hear = (message: { body: unknown }) => void;
type Serve = (message: { body: unknown }) => Promise<unknown>;

/** A bus within this process: what one says, all hear. */
function aBus() {
  const hearing = new Set<Hear>();
  const serving = new Set<Serve>();
  const bus: CacheBus = {
    publish: (_, body) => hearing.forEach((hear) => hear({ body })),
    subscribe: (_, hear) => {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
    serve: (_, { request }) => {
      serving.add(request);
      return () => serving.delete(request);
    },
  };
  const ask = (body: unknown): Promise<unknown[]> =>
    Promise.all([...serving].map((serve) => serve({ body })));
  return { bus, ask };
}

const data = mkdtempSync(join(tmpdir(), "castor-keeping-"));
const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
  rmSync(join(data, "cache"), { recursive: true, force: true });
});

function worker(shop: Origin, bus: CacheBus, id: string): { w: World; keeping: CacheKeeping } {
  const w = world([shop]);
  const keeping = new CacheKeeping(w.plane, { worker: id, data, bus });
  ending.push(() => {
    keeping.close();
    w.plane.stop();
  });
  return { w, keeping };
}
const onDisk: Picture = { ...picture, diskBytesMax: 10_000_000 };
const purge = (seq: number, target: Purge["target"]): Purge => ({
  seq,
  at: 1,
  target,
  soft: false,
});

test("a worker caches once a picture says so, and stops when it says no more", async () => {
  using shop = origin(({ wire, count }) => wire.send(page(`page ${count}`)));
  const { bus } = aBus();
  const { w, keeping } = worker(shop, bus, "one");
  const ask = async (): Promise<string> => bodyOf(await w.ask(closing("/")));
  keeping.apply({ ...picture, rules: [] });
  expect([await ask(), await ask()]).toEqual(["page 1", "page 2"]);
  keeping.apply(picture);
  expect([await ask(), await ask()]).toEqual(["page 3", "page 3"]);
  keeping.apply({ ...picture, rules: [] });
  expect(await ask()).toBe("page 4");
});

test("a change that one worker sees is forgotten by all, and a purge reaches them all", async () => {
  using shop = origin(({ wire, count }) => wire.send(page(`page ${count}`)));
  const { bus, ask } = aBus();
  const workers = ["one", "two"].map((id) => worker(shop, bus, id));
  for (const { keeping } of workers) keeping.apply(picture);
  const read = (): Promise<string[]> =>
    Promise.all(workers.map(async ({ w }) => bodyOf(await w.ask(closing("/")))));
  const before = await read();
  expect(await read()).toEqual(before);
  await workers[0]?.w.ask(closing("/", "", "DELETE"));
  const changed = await read();
  expect(changed.filter((each) => before.includes(each))).toEqual([]);
  const figures = (await ask({ ask: "figures" })).map((each) => WorkerFigures.parse(each));
  expect(figures.map(({ worker: id, entries }) => [id, entries])).toEqual([
    ["one", 1],
    ["two", 1],
  ]);
  const done = await ask({ ask: "purge", purge: purge(1, { prefix: "http://shop.example/" }) });
  expect(done.map((each) => WorkerPurged.parse(each).removed)).toEqual([1, 1]);
  expect((await read()).filter((each) => changed.includes(each))).toEqual([]);
});

test("a worker that was away takes purges from the picture; one that missed some starts empty", async () => {
  using shop = origin(({ wire, count }) => wire.send(page(`page ${count}`)));
  const life = async (of: Picture): Promise<string> => {
    const { w, keeping } = worker(shop, aBus().bus, "one");
    keeping.apply(of);
    const answer = bodyOf(await w.ask(closing("/")));
    for (const end of ending.splice(0)) end();
    return answer;
  };
  expect(await life({ ...onDisk, purges: [purge(1, { tag: "other" })] })).toBe("page 1");
  expect(await life({ ...onDisk, purges: [purge(1, { tag: "other" })] })).toBe("page 1");
  const url = "http://shop.example/";
  expect(await life({ ...onDisk, purges: [purge(2, { url })] })).toBe("page 2");
  expect(await life({ ...onDisk, purges: [purge(3, { tag: "other" })] })).toBe("page 2");
  expect(await life({ ...onDisk, purges: [purge(9, { tag: "other" })] })).toBe("page 3");
  expect(await life({ ...onDisk, purges: [purge(9, { tag: "other" })] })).toBe("page 3");
  // A log that begins anew counts anew.
  expect(await life({ ...onDisk, purges: [] })).toBe("page 4");
});
