import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Buckets, callersMax } from "./buckets.ts";
import { networkOf } from "./caller.ts";

const everyMs = 100;

test("a burst passes at once, then one by one as tokens come back, and the wait is told", () => {
  const buckets = new Buckets({ everyMs, burst: 3 });
  expect([0, 0, 0, 0].map((now) => buckets.take("a", now))).toEqual([0, 0, 0, everyMs]);
  expect(buckets.take("a", 60)).toBe(40);
  expect(buckets.take("a", 100)).toBe(0);
  expect(buckets.take("a", 100)).toBe(everyMs);
  expect(buckets.take("b", 100)).toBe(0);
});

test("whatever the pattern, no caller gets more than the burst and the rate", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 250 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 10 }),
      (gapsMs, burst) => {
        const buckets = new Buckets({ everyMs, burst });
        const passed: number[] = [];
        let now = 0;
        for (const gap of gapsMs) {
          now += gap;
          if (buckets.take("a", now) === 0) passed.push(now);
        }
        for (const [i, from] of passed.entries())
          for (const [j, to] of passed.entries())
            if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(burst + (to - from) / everyMs + 1e-9);
      },
    ),
  );
});

test("a wait that is kept is rewarded", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (burst, tries) => {
        const buckets = new Buckets({ everyMs, burst });
        let waitMs = 0;
        for (let i = 0; i < burst + tries; i++) waitMs = buckets.take("a", 0);
        expect(buckets.take("a", waitMs)).toBe(0);
      },
    ),
  );
});

test("memory is bounded: whoever was quiet longest is forgotten", () => {
  const buckets = new Buckets({ everyMs, burst: 1 });
  for (let i = 0; i < callersMax; i++) buckets.take(`caller ${i}`, 0);
  buckets.take("caller 0", everyMs);
  buckets.take("one more", everyMs);
  expect(buckets.size).toBe(callersMax);
  expect(buckets.take("caller 0", everyMs)).toBeGreaterThan(0);
});

test("over several workers, a caller gets the rate once they have heard of each other", () => {
  const workers = [0, 1, 2, 3].map(() => new Buckets({ everyMs, burst: 10 }));
  const tellEveryMs = 200;
  const seconds = 60;
  let passed = 0;
  for (let now = 0; now < seconds * 1000; now += 10) {
    for (const worker of workers) if (worker.take("a", now) === 0) passed++;
    if (now % tellEveryMs !== 0) continue;
    const told = workers.map((worker) => worker.tell(now));
    for (const [i, taken] of told.entries())
      for (const [j, worker] of workers.entries()) if (i !== j) worker.hear(taken, now);
  }
  const burstsOfAll = workers.length * 10;
  expect(passed).toBeLessThanOrEqual(burstsOfAll + (seconds * 1000) / everyMs);
  expect(passed).toBeGreaterThanOrEqual((seconds * 1000) / everyMs);
});

test("callers far from their limit are not worth telling, and nobody is told twice", () => {
  const buckets = new Buckets({ everyMs, burst: 10 });
  for (let i = 0; i < 2; i++) buckets.take("calm", 0);
  for (let i = 0; i < 8; i++) buckets.take("busy", 0);
  expect(buckets.tell(0)).toEqual([{ key: "busy", count: 8 }]);
  expect(buckets.tell(0)).toEqual([]);
});

test("an IPv6 address counts as its /64, however it is written; IPv4 as itself", () => {
  const same = ["2001:db8::1", "2001:DB8:0:0:1:2:3:4", "[2001:0db8::9]:4711", "2001:db8::%eth0"];
  expect(new Set(same.map(networkOf)).size).toBe(1);
  expect(networkOf("2001:db8:0:1::1")).not.toBe(networkOf("2001:db8::1"));
  expect(networkOf("::1")).toBe(networkOf("::2"));
  expect(networkOf("10.0.0.1")).toBe("10.0.0.1");
  expect(networkOf("10.0.0.1:4711")).toBe("10.0.0.1");
  expect(networkOf("::ffff:10.0.0.1")).toBe("10.0.0.1");
});
