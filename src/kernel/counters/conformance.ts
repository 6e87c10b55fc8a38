import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type VirtualClock, virtualClock } from "../clock/virtual.ts";
import { counter, type Millis } from "../contract.ts";
import type { Counters, Range, Resolution } from "./counters.ts";
import { DdSketch } from "./ddsketch.ts";
import { hash32 } from "./hash.ts";
import { HyperLogLog } from "./hyperloglog.ts";
import { slotOf, stepMs } from "./slots.ts";

const requests = counter("t.requests", "sum", ["route", "class"], "requests");
const visitors = counter("t.visitors", "uniques", ["site"], "visitors");
const latency = counter("t.latency", "quantiles", ["route"], "ms");

const base64 = (sketch: HyperLogLog | DdSketch): string =>
  Buffer.from(sketch.encode()).toString("base64");
const second = 1000;
/** The start of a day, so that a test may cross every kind of slot. */
const noon = Date.UTC(2026, 5, 1, 12);

export type CountersWorld = {
  clock: VirtualClock;
  open: (of?: { seriesMax?: number }) => Counters;
  /** Closes and opens again; an engine without a disk keeps the same counters. */
  reopen: (counters: Counters) => Promise<Counters>;
};

/** What every engine of counters promises. */
export function countersConformance(
  name: string,
  make: (clock: VirtualClock) => Omit<CountersWorld, "clock"> & { remove: () => void },
): void {
  describe(`counters: ${name}`, () => {
    let world: CountersWorld;
    let counters: Counters;
    let remove: () => void;
    beforeEach(() => {
      const clock = virtualClock({ now: noon });
      const made = make(clock);
      ({ remove } = made);
      world = { clock, open: made.open, reopen: made.reopen };
      counters = world.open();
    });
    afterEach(async () => {
      await counters.close();
      remove();
    });
    const range = (step: Resolution, from: Millis, to: Millis = world.clock.now() + 1): Range => ({
      step,
      from,
      to,
    });
    const totalOf = (of = requests, from = 0, to = Number.MAX_SAFE_INTEGER): number =>
      counters.total(of, { from, to })[0]?.value ?? 0;

    test("a distribution over a whole range has its quantiles, and how many are greater", async () => {
      for (const ms of [100, 200, 300, 400]) counters.add(latency, { route: "a" }, ms);
      await world.clock.advance(70 * second);
      for (const ms of [0, 5_000]) counters.add(latency, { route: "a" }, ms);
      const [found] = counters.distributions(latency, { from: 0, to: Number.MAX_SAFE_INTEGER });
      expect(found?.count).toBe(6);
      expect(found?.countAbove(250)).toBe(3);
      expect(found?.countAbove(0)).toBe(5);
      expect(found?.countAbove(9_000)).toBe(0);
      expect(found?.quantile(0.5)).toBeWithin(196, 204);
    });

    test("sums are exact, by step and by label, before and after they are flushed", async () => {
      counters.add(requests, { route: "a", class: "2xx" });
      counters.add(requests, { route: "a", class: "5xx" }, 5);
      await world.clock.advance(25 * second);
      counters.add(requests, { route: "b", class: "2xx" }, 7);
      for (const round of ["memory and disk", "disk", "opened again"]) {
        if (round === "disk") await counters.flush();
        if (round === "opened again") counters = await world.reopen(counters);
        const found = range("10s", noon);
        expect(counters.sum(requests, found)).toEqual([{ labels: {}, points: [6, null, 7] }]);
        expect(counters.sum(requests, found, { by: ["route"] })).toEqual([
          { labels: { route: "a" }, points: [6, null, null] },
          { labels: { route: "b" }, points: [null, null, 7] },
        ]);
        expect(counters.sum(requests, found, { where: { class: "2xx" } })).toEqual([
          { labels: {}, points: [1, null, 7] },
        ]);
        expect(counters.sum(requests, found, { where: { class: "9xx" } })).toEqual([]);
        expect(
          counters.total(requests, found, { by: ["class"] }).sort((a, b) => a.value - b.value),
        ).toEqual([
          { labels: { class: "5xx" }, value: 5 },
          { labels: { class: "2xx" }, value: 8 },
        ]);
      }
    });

    test("every resolution tells the same total", async () => {
      for (let minute = 0; minute < 150; minute++) {
        counters.add(requests, { route: "a", class: "2xx" }, minute);
        await world.clock.advance(60 * second);
      }
      const expected = (149 * 150) / 2;
      for (const step of ["10s", "1m", "1h", "1d"] as const) {
        const [series] = counters.sum(requests, range(step, noon));
        expect(series?.points.reduce((sum: number, point) => sum + (point ?? 0), 0)).toBe(expected);
        expect(series?.points).toHaveLength(
          Math.ceil((world.clock.now() + 1 - slotOf(noon, step)) / stepMs[step]),
        );
      }
      expect(totalOf()).toBe(expected);
      expect(totalOf(requests, noon + 30 * 60_000, noon + 90 * 60_000)).toBe(
        Array.from({ length: 60 }, (_, n) => n + 30).reduce((sum, n) => sum + n),
      );
    });

    test("different values are counted once over slots, groups and restarts", async () => {
      for (let round = 0; round < 3; round++) {
        for (let n = 0; n < 200; n++) counters.add(visitors, { site: "a" }, `visitor ${n}`);
        for (let n = 100; n < 400; n++) counters.add(visitors, { site: "b" }, `visitor ${n}`);
        await world.clock.advance(10 * second);
      }
      counters = await world.reopen(counters);
      const near = (value: number | null | undefined, truth: number): void => {
        expect(Math.abs((value ?? 0) - truth)).toBeLessThan(truth * 0.08);
      };
      near(counters.total(visitors, range("10s", noon))[0]?.value, 400);
      const bySite = counters.sum(visitors, range("10s", noon), { by: ["site"] });
      for (const { labels, points } of bySite)
        for (const point of points.slice(0, 3)) near(point, labels.site === "a" ? 200 : 300);
      near(counters.sum(visitors, range("1h", noon))[0]?.points[0], 400);
    });

    test("quantiles come from all that was measured, also after roll-up and restart", async () => {
      for (let n = 1; n <= 1000; n++) {
        counters.add(latency, { route: n % 2 === 0 ? "even" : "odd" }, n);
        if (n % 100 === 0) await world.clock.advance(7 * second);
      }
      counters = await world.reopen(counters);
      const [p50, p99] = counters.quantiles(latency, range("1h", noon), [0.5, 0.99]);
      expect(p50?.labels).toEqual({ quantile: "0.5" });
      expect(Math.abs((p50?.points[0] ?? 0) - 500)).toBeLessThan(6);
      expect(Math.abs((p99?.points[0] ?? 0) - 990)).toBeLessThan(11);
      const even = counters.quantiles(latency, range("1h", noon), [0], {
        where: { route: "even" },
      });
      expect(even[0]?.points).toEqual([2]);
      expect(counters.sum(latency, range("1h", noon))[0]?.points).toEqual([1000]);
    });

    test("a delta counts once, however often it is sent, also across a restart", async () => {
      const sketch = new HyperLogLog();
      sketch.note(hash32("x"));
      const times = new DdSketch();
      times.record(12);
      const delta = (seq: number) => ({
        from: "worker-1",
        seq,
        slot: noon - 10 * second,
        series: [
          { name: requests.name, labels: { class: "2xx", route: "a" }, sum: 3 },
          { name: visitors.name, labels: { site: "a" }, uniques: base64(sketch) },
          { name: latency.name, labels: { route: "a" }, quantiles: base64(times) },
        ],
      });
      expect(counters.merge(delta(1))).toBe(true);
      expect(counters.merge(delta(1))).toBe(false);
      expect(counters.merge(delta(3))).toBe(true);
      counters = await world.reopen(counters);
      expect([1, 2, 3, 2].map((seq) => counters.merge(delta(seq)))).toEqual([
        false,
        true,
        false,
        false,
      ]);
      expect(counters.merge({ ...delta(1), from: "worker-2" })).toBe(true);
      expect(totalOf()).toBe(12);
      expect(Math.round(counters.total(visitors, range("10s", 0))[0]?.value ?? 0)).toBe(1);
      expect(counters.total(latency, range("10s", 0))[0]?.value).toBe(4);
      const found = range("10s", noon - 10 * second, noon);
      expect(counters.sum(requests, found)).toEqual([{ labels: {}, points: [12] }]);
    });

    test("what a worker kept while nobody listened still lands where it belongs", async () => {
      counters.add(requests, { route: "a", class: "2xx" });
      await world.clock.advance(3_600 * second);
      const series = [{ name: requests.name, labels: { route: "a", class: "2xx" }, sum: 10 }];
      counters.merge({ from: "w", seq: 1, slot: noon, series });
      await counters.flush();
      for (const step of ["10s", "1m", "1h"] as const)
        expect(counters.sum(requests, range(step, noon))[0]?.points[0]).toBe(11);
    });

    test("a delta that cannot be read adds nothing and is not taken for merged", () => {
      const good = { name: requests.name, labels: { route: "a", class: "2xx" }, sum: 3 };
      const bad = { name: latency.name, labels: { route: "a" }, quantiles: "Z2FyYmFnZQ==" };
      const delta = { from: "w", seq: 1, slot: noon, series: [good, bad] };
      expect(() => counters.merge(delta)).toThrow();
      expect(totalOf()).toBe(0);
      expect(counters.merge({ ...delta, series: [good] })).toBe(true);
    });

    test("label sets beyond the limit are counted as `other`, and overflow tells how many", async () => {
      await counters.close();
      counters = world.open({ seriesMax: 10 });
      for (let round = 0; round < 2; round++)
        for (let n = 0; n < 25; n++) counters.add(requests, { route: `r${n}`, class: "2xx" });
      const groups = counters.total(requests, range("10s", noon), { by: ["route", "class"] });
      expect(groups).toHaveLength(11);
      const other = groups.find(({ labels }) => labels.route === "other");
      expect(other).toEqual({ labels: { route: "other", class: "other" }, value: 30 });
      expect(totalOf()).toBe(50);
      expect(counters.overflow()).toEqual([{ name: requests.name, folded: 15, limit: 10 }]);
    });

    test("label sets that rest make room for new ones", async () => {
      await counters.close();
      counters = world.open({ seriesMax: 2 });
      for (const route of ["a", "b"]) counters.add(requests, { route, class: "2xx" });
      await world.clock.advance(2 * 3_600 * second);
      counters.add(requests, { route: "c", class: "2xx" });
      await counters.flush();
      counters.add(requests, { route: "d", class: "2xx" });
      const routes = counters.total(requests, range("1h", noon), { by: ["route"] });
      expect(routes.map(({ labels }) => labels.route).sort()).toContain("d");
      expect(totalOf()).toBe(4);
    });

    test("fine slots go when their time is over; coarse ones still tell the total", async () => {
      counters.add(requests, { route: "a", class: "2xx" }, 42);
      await world.clock.advance(8 * 3_600 * second);
      const whole = range("10s", noon, noon + 60_000);
      expect(counters.sum(requests, whole)).toEqual([]);
      expect(counters.sum(requests, { ...whole, step: "1m" })[0]?.points).toEqual([42]);
      expect(totalOf(requests, noon, noon + 60_000)).toBe(42);
      expect(totalOf()).toBe(42);
    });

    test("one name counts one kind of thing, and absurd questions are refused", () => {
      counters.add(requests, { route: "a", class: "2xx" });
      const same = counter(requests.name, "uniques", ["route"], "x");
      expect(() => counters.add(same, { route: "a" }, "x")).toThrow(TypeError);
      expect(() => counters.add(requests, { route: "a", class: "b" }, "text")).toThrow(TypeError);
      expect(() => counters.sum(requests, range("10s", 0))).toThrow(RangeError);
    });
  });
}
