import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import {
  instanceErrors,
  originAnswers,
  originTime,
  refusals,
  requests,
} from "../gateway/contract.ts";
import { Growth } from "./growth.ts";
import { Meter } from "./meter.ts";

const standing = {
  ...{ queueMs: null, queued: null, inFlight: 0, limit: null },
  ...{ breakerOpen: false, waiting: null },
};
const where = { route: "*/", service: "shop" };

/** A meter over counters that the test fills, a second at a time. */
function metered() {
  const { counters, clock } = testPorts();
  const meter = new Meter();
  const windowMs = 10_000;
  const look = async () => {
    await clock.advance(1_000);
    const at = clock.now();
    meter.look(counters, at, { services: ["shop"], windowMs, baselineOf: () => null });
    const evidence = meter.evidence("shop", at, { windowMs, standing });
    if (evidence === undefined) throw new Error("nothing was measured");
    return evidence;
  };
  const count = (of: {
    good?: number;
    bad?: number;
    refused?: [string, number][];
    ms?: number;
  }) => {
    const { good = 0, bad = 0, refused = [], ms = 20 } = of;
    counters.add(requests, { ...where, class: "2xx" }, good);
    counters.add(requests, { ...where, class: "5xx" }, bad);
    counters.add(originAnswers, where, good + bad);
    counters.add(originTime, where, (good + bad) * ms);
    counters.add(instanceErrors, { service: "shop", instance: "shop-1" }, bad);
    for (const [reason, n] of refused) {
      counters.add(refusals, { route: "*/", reason }, n);
      counters.add(requests, { ...where, class: "5xx" }, n);
    }
  };
  return { look, count, meter, clock };
}

test("what was counted before anybody looked is nobody's present", async () => {
  const { look, count } = metered();
  count({ good: 1_000 });
  expect((await look()).offeredPerSecond).toBe(0);
  count({ good: 50 });
  expect((await look()).offeredPerSecond).toBe(5);
});

test("what a worker hands in late counts when it comes, once", async () => {
  const { counters, clock } = testPorts();
  const growth = new Growth(requests, ["service"]);
  const take = () => growth.take(counters, clock.now()).map(({ n }) => n);
  take();
  await clock.advance(10_000);
  const slot = Math.floor(clock.now() / 10_000) * 10_000 - 10_000;
  const labels = { ...where, class: "2xx" };
  const series = [{ name: requests.name, labels, sum: 7 }];
  counters.merge({ from: "gateway-1.a", seq: 1, slot, series });
  counters.add(requests, labels, 3);
  expect(take()).toEqual([10]);
  expect(take()).toEqual([]);
  await clock.advance(60_000);
  expect(take()).toEqual([]);
});

test("errors and refusals for lack of a place are errors; what is refused on purpose is not", async () => {
  const { look, count } = metered();
  await look();
  count({
    good: 60,
    bad: 20,
    refused: [
      ["gateway.shed", 15],
      ["queue.full", 5],
    ],
  });
  const { errorShare, offeredPerSecond, demandPerSecond } = await look();
  expect(errorShare).toBeCloseTo(0.25);
  expect(offeredPerSecond).toBe(10);
  expect(demandPerSecond).toBe(10);
});

test("the most that was answered well is remembered for an hour, and the usual time is learned slowly", async () => {
  const { look, count, meter, clock } = metered();
  await look();
  for (let second = 0; second < 20; second++) {
    count({ good: 40, ms: 30 });
    meter.learn("shop", await look());
  }
  let last = await look();
  expect(last.capacityPerSecond).toBeGreaterThan(35);
  expect(last.baselineMs).toBeCloseTo(30);
  for (let second = 0; second < 20; second++) {
    count({ good: 2, bad: 30, ms: 900 });
    last = await look();
    meter.learn("shop", last);
  }
  expect(last.originMs).toBeCloseTo(900);
  expect(last.baselineMs).toBeLessThan(90);
  expect(last.capacityPerSecond).toBeGreaterThan(35);
  await clock.advance(70 * 60_000);
  await look();
  count({ good: 50 });
  expect((await look()).capacityPerSecond).toBe(5);
});
