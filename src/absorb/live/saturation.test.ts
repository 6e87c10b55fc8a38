import { expect, test } from "bun:test";
import type { LiveTold } from "./contract/orders.ts";
import { memoryFrom, openFilesMaxFrom } from "./data-plane/machine-now.ts";
import { RevealSpread } from "./data-plane/reveal-spread.ts";
import { fullInMs, Strains } from "./saturation.ts";

const figures = (more: Partial<LiveTold["figures"]>): LiveTold["figures"] => ({
  ...{ connections: 0, relays: 0, recorded: 0, repeated: 0, refused: {}, perSecond: 0 },
  ...{ ackMsP50: 0, ackMsP99: 0, syncMs: 0, cpuShare: 0, memoryBytes: 0, fanOutMs: 0, logBytes: 0 },
  ...more,
});
const strain = { syncsPerSecond: 400, syncShare: 0.2, syncMsAtStart: 0.1, connectionsMax: 20_000 };
const told = (node: number, more: Partial<LiveTold["figures"]>): LiveTold => ({
  ...{ run: "final", node, epoch: "life", at: 0, questions: [] },
  figures: figures(more),
});

test("what is fullest comes first, with the time at which it is full if it goes on like that", () => {
  const strains = new Strains();
  for (let second = 0; second < 10; second++) {
    const at = second * 1_000;
    strains.hear(told(0, { cpuShare: 0.3, strain, connections: 1_000 * second }), at);
    strains.hear(told(1, { cpuShare: 0.5, strain, connections: 10 }), at + 10);
  }
  const found = strains.saturation("final", 9_500, { participants: 0.1 });
  const order: string[] = found.map(({ resource }) => resource);
  expect(order).toEqual([
    "cpu",
    "connections",
    "disk",
    "participants",
    "space",
    "memory",
    "network",
  ]);
  // 9,000 of 20,000 connections, and a thousand more each second: full in 11 s.
  expect(found[1]?.share).toBeCloseTo(0.45);
  expect(Math.round((found[1]?.fullInMs ?? 0) / 100)).toBe(110);
  expect(found[0]).toEqual({ resource: "cpu", share: 0.5, fullInMs: null });
  expect(found.at(-1)).toEqual({ resource: "network", share: null, fullInMs: null });
});

test("what goes up and down, and what hardly rises, fills nothing", () => {
  const points = (of: (n: number) => number): [number, number][] =>
    Array.from({ length: 15 }, (_, n) => [n, of(n)]);
  expect(fullInMs(points((n) => 0.1 + (n % 4) * 0.05))).toBeNull();
  expect(fullInMs(points((n) => 0.1 + n * 0.0005))).toBeNull();
  expect(fullInMs(points((n) => 0.9 - n * 0.01))).toBeNull();
  expect(fullInMs(points(() => 0.4))).toBeNull();
  expect(fullInMs(points((n) => 0.5 + n * 0.02))).toBeCloseTo(11_000, 3);
  expect(fullInMs(points(() => 1))).toBe(0);
});

test("what was said long ago is no figure of now", () => {
  const strains = new Strains();
  strains.hear(told(0, { cpuShare: 0.9, strain }), 1_000);
  expect(strains.saturation("final", 60_000, {})[0]?.share).toBeNull();
  expect(strains.saturation("other", 1_000, {})[0]?.share).toBeNull();
});

test("a machine's memory is the container's where that is smaller, and not known where nothing tells", () => {
  const meminfo = "MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\n";
  const none = { limit: Number.NaN, used: Number.NaN };
  expect(memoryFrom(meminfo, none)).toEqual({ usedBytes: 614_400, totalBytes: 1_024_000 });
  expect(memoryFrom(meminfo, { limit: 2_000, used: 500 })).toEqual({
    ...{ usedBytes: 500, totalBytes: 2_000 },
  });
  expect(memoryFrom("", none)).toBeUndefined();
  expect(openFilesMaxFrom("Max open files            20000      20000      files")).toBe(20_000);
  expect(openFilesMaxFrom("Max open files            unlimited  unlimited  files")).toBeUndefined();
});

test("a reveal says how long before it the last key left, and how wrong 99 of 100 clocks can be", () => {
  const spread = new RevealSpread(10_000);
  expect(spread.told()).toBeUndefined();
  for (let client = 0; client < 100; client++) spread.sent(9_600 + client, client === 7 ? 900 : 30);
  expect(spread.told()).toEqual({ keySpareMs: 301, clockWithinMs: 15 });
  spread.sent(10_050, 0);
  expect(spread.told()?.keySpareMs).toBe(-50);
});
