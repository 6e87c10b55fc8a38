import { expect, test } from "bun:test";
import type { Instance } from "../instance.ts";
import { Service } from "../service.ts";
import { ServiceTarget } from "../snapshot.ts";
import { Tallies } from "../tallies.ts";
import { CountingTally } from "../world.testing.ts";
import type { Asked } from "./care.ts";
import type { CareTarget } from "./settings.ts";

const at = (path: string, now: number, chance: () => number): Asked => {
  const bytes = Buffer.from(path);
  return {
    head: { pathStart: 0, targetEnd: bytes.length },
    bytes,
    plane: { now, chance, hash: (text: string) => Bun.hash.crc32(text) },
  } as unknown as Asked;
};

function service(count: number, care: Partial<CareTarget>) {
  const target = ServiceTarget.parse({
    id: "shop",
    instances: Array.from({ length: count }, (_, i) => ({
      id: `${i + 1}`,
      host: "127.0.0.1",
      port: 1_000 + i,
    })),
    care,
  });
  const made = new Service(target, new Tallies(new CountingTally()));
  for (const each of made.instances) each.startedAt = 0;
  let turn = 0;
  // Every share of chance in its turn: what a share comes to can be counted exactly.
  const chance = (): number => (turn++ % 100) / 100;
  const picks = (path: string, now: number, times: number): Record<string, number> => {
    const counted: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      const id = made.pick(undefined, true, at(path, now, chance))?.id ?? "none";
      counted[id] = (counted[id] ?? 0) + 1;
    }
    return counted;
  };
  const instance = (i: number): Instance => made.instances[i] as Instance;
  return { made, picks, instance };
}
const saint = { forMs: 20_000, marksMax: 10 };

test("a new instance gets a tenth of its share, then more each second, then all of it", () => {
  const { picks, instance } = service(2, { slowStartMs: 30_000 });
  instance(1).startedAt = 1;
  const shareAt = (now: number): number => (picks("/", now, 1_000)["2"] ?? 0) / 1_000;
  const [first, middle] = [shareAt(2), shareAt(15_001)];
  expect(first).toBeWithin(0.02, 0.08);
  expect(middle).toBeWithin(0.2, 0.3);
  expect(shareAt(30_001)).toBe(0.5);
  expect(instance(1).startedAt).toBe(0);
});

test("a single instance gets everything from the start, and so do instances that all are new", () => {
  const alone = service(1, { slowStartMs: 30_000 });
  alone.instance(0).startedAt = 1;
  expect(alone.picks("/", 2, 100)).toEqual({ "1": 100 });
  const all = service(3, { slowStartMs: 30_000 });
  for (let i = 0; i < 3; i++) all.instance(i).startedAt = 1;
  for (const count of Object.values(all.picks("/", 2, 300))) expect(count).toBeWithin(70, 131);
});

test("a path that an instance failed to answer goes to others for a while, with whatever query", () => {
  const { made, picks, instance } = service(3, { saint });
  instance(0).sick.mark(made.care.pathOf(at("/cart", 0, () => 0)), 0, saint);
  expect(picks("/cart?item=7", 1_000, 30)["1"]).toBeUndefined();
  expect(picks("/shop", 1_000, 30)["1"]).toBe(10);
  expect(picks("/cart", 20_001, 30)["1"]).toBe(10);
});

test("a path that every instance fails to answer is asked of all", () => {
  const { made, picks, instance } = service(3, { saint });
  for (let i = 0; i < 3; i++)
    instance(i).sick.mark(made.care.pathOf(at("/bug", 0, () => 0)), 0, saint);
  expect(picks("/bug", 1, 30)).toEqual({ "1": 10, "2": 10, "3": 10 });
});

test("with ten such paths an instance rests; when most instances would rest, all work", () => {
  const { picks, instance } = service(3, { saint });
  const tire = (i: number): void => {
    for (let path = 0; path < 12; path++) instance(i).sick.mark(path, 0, saint);
  };
  tire(0);
  expect(instance(0).sick.count(1)).toBe(10);
  expect(picks("/", 1, 30)["1"]).toBeUndefined();
  tire(1);
  expect(picks("/", 1, 30)).toEqual({ "1": 10, "2": 10, "3": 10 });
  expect(picks("/", 20_001, 30)["1"]).toBe(10);
});

test("marks whose time is over are forgotten, so that they cost nothing any more", () => {
  const { instance } = service(2, { saint });
  const { sick } = instance(0);
  sick.mark(1, 0, saint);
  sick.forget(19_999);
  expect(sick.isEmpty).toBe(false);
  sick.forget(20_000);
  expect(sick.isEmpty).toBe(true);
});
