import { expect, test } from "bun:test";
import { clockConformance } from "./conformance.ts";
import { machineClock } from "./machine.ts";
import { virtualClock } from "./virtual.ts";

clockConformance("machine", () => {
  const clock = machineClock();
  return { clock, pass: (ms) => clock.sleepUntil(clock.now() + ms) };
});
clockConformance("virtual", () => {
  const clock = virtualClock({ seed: 7 });
  return { clock, pass: (ms) => clock.advance(ms) };
});

test("virtual timers fire in order of time, then of insertion, each at its own instant", async () => {
  const clock = virtualClock({ now: 1000 });
  const heard: [string, number][] = [];
  const note = (name: string) => () => heard.push([name, clock.now()]);
  clock.at(1300, note("c"));
  clock.at(1100, note("a"));
  clock.at(1300, note("d"));
  clock.at(1200, () => {
    note("b")();
    clock.at(1250, note("b's own"));
  });
  clock.at(1301, note("later"));
  await clock.advance(300);
  expect(heard).toEqual([
    ["a", 1100],
    ["b", 1200],
    ["b's own", 1250],
    ["c", 1300],
    ["d", 1300],
  ]);
  expect(clock.now()).toBe(1300);
  expect(clock.next()).toBe(1301);
  expect(clock.pending()).toBe(1);
});

test("a promise chain of any length runs out before the next virtual instant", async () => {
  const clock = virtualClock({ now: 0 });
  const heard: string[] = [];
  clock.at(10, async () => {
    for (let step = 0; step < 500; step++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    heard.push(`chain at ${clock.now()}`);
  });
  clock.at(11, () => heard.push("next"));
  await clock.advance(20);
  expect(heard).toEqual(["chain at 10", "next"]);
});

test("a loop that sleeps by the clock runs once per period", async () => {
  const clock = virtualClock({ now: 0 });
  const stop = new AbortController();
  const ticks: number[] = [];
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleepUntil(clock.now() + 100, stop.signal);
      if (!stop.signal.aborted) ticks.push(clock.now());
    }
  })();
  await clock.advance(350);
  stop.abort();
  await loop;
  expect(ticks).toEqual([100, 200, 300]);
  expect(clock.pending()).toBe(0);
});

test("two advances asked for at once follow each other", async () => {
  const clock = virtualClock({ now: 0 });
  await Promise.all([clock.advance(10), clock.advance(5)]);
  expect(clock.now()).toBe(15);
});

test("the same seed gives the same ids, numbers and secrets; another seed does not", () => {
  const draw = (seed: number) => {
    const clock = virtualClock({ now: 42, seed });
    return [clock.id(), clock.random(), clock.random(), [...clock.secret(8)], clock.id()];
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw(1)).not.toEqual(draw(2 ** 32 + 1));
});
