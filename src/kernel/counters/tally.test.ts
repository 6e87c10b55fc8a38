import { expect, test } from "bun:test";
import { virtualClock } from "../clock/virtual.ts";
import { counter } from "../contract.ts";
import { openCounters } from "./open.ts";
import { createTally, hash32 } from "./tally.ts";

const hits = counter("t.hits", "sum", ["page"], "hits");
const visitors = counter("t.visitors", "uniques", [], "visitors");
const latency = counter("t.latency", "quantiles", ["page"], "ms");
const all = (clock: { now(): number }) => ({ from: 0, to: clock.now() + 10_000 });

test("what a tally took arrives in the counters, once", async () => {
  const clock = virtualClock();
  const counters = openCounters({ path: ":memory:", clock });
  const tally = createTally({ from: "worker-1", clock });
  const home = tally.sum(hits, { page: "/" });
  const seen = tally.uniques(visitors, {});
  const times = tally.quantiles(latency, { page: "/" });
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 100; n++) {
      home.add();
      seen.note(hash32(`visitor ${n}`));
      times.record(n + 1);
    }
    home.add(0.5);
    const delta = tally.take();
    expect(counters.merge(delta)).toBe(true);
    expect(counters.merge(delta)).toBe(false);
  }
  expect(counters.total(hits, all(clock))[0]?.value).toBe(301.5);
  expect(Math.round((counters.total(visitors, all(clock))[0]?.value ?? 0) / 5)).toBe(20);
  expect(counters.total(latency, all(clock))[0]?.value).toBe(300);
  await counters.close();
});

test("a tally that counted nothing has nothing to send, and takes no number for it", () => {
  const tally = createTally({ from: "w", clock: virtualClock() });
  const home = tally.sum(hits, { page: "/" });
  expect(tally.take().series).toEqual([]);
  home.add();
  expect(tally.take()).toMatchObject({ seq: 1, series: [{ name: "t.hits", sum: 1 }] });
  home.add();
  expect(tally.take().seq).toBe(2);
});

test("the same labels are the same handle; beyond the limit it is the handle of `other`", () => {
  const tally = createTally({ from: "w", clock: virtualClock(), seriesMax: 2 });
  expect(tally.sum(hits, { page: "/" })).toBe(tally.sum(hits, { page: "/" }));
  for (const page of ["/", "/a", "/b", "/c"]) tally.sum(hits, { page }).add();
  expect(tally.take().series.map(({ labels, sum }) => [labels.page, sum])).toEqual([
    ["/", 1],
    ["/a", 1],
    ["other", 2],
  ]);
});

test("counts belong to the slot that has more of the time since the last take", async () => {
  const clock = virtualClock({ now: 1_000_000_000_000 });
  const tally = createTally({ from: "w", clock });
  const home = tally.sum(hits, { page: "/" });
  const slots: number[] = [];
  for (const ms of [9_600, 1_000, 1_000]) {
    await clock.advance(ms);
    home.add();
    slots.push(tally.take().slot - 1_000_000_000_000);
  }
  expect(slots).toEqual([0, 10_000, 10_000]);
});
