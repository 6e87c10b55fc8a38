import { expect, test } from "bun:test";
import { Config, paceOf, thresholdsOf } from "./config.ts";
import { forbidden, forced, released, type Rung, type Step, steps } from "./contract.ts";
import { above } from "./ladder.ts";
import { type Day, live } from "./knee.sim.ts";
import { pressureOf } from "./pressure.ts";

const config = Config.parse({});
const [pace, thresholds] = [paceOf(config), thresholdsOf(config)];
const hour = 3_600;
const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const day = (seed: number, over: Partial<Day> = {}): Day => ({
  seed,
  seconds: 2 * hour,
  offered: () => 300,
  capacity: 100,
  pace,
  thresholds,
  ...over,
});
/** Quiet, a wave that rises within a minute and lasts, quiet again. */
const wave = (height: number) => (second: number) =>
  second < 300
    ? 30
    : second < 360
      ? 30 + ((second - 300) / 60) * height
      : second < 1_800
        ? height
        : 30;

test("a quiet day leaves the ladder alone, whatever the chance", () => {
  for (const seed of seeds) expect(live(day(seed, { offered: () => 70 })).moves).toEqual([]);
});

test("a wave lifts the ladder as far as it must and no farther, and it is back at normal afterwards", () => {
  for (const seed of seeds) {
    const heights: [number, Step[]][] = [
      [150, ["cache-harder", "serve-stale"]],
      [250, ["serve-stale", "freeze"]],
      [800, ["freeze", "waiting-room"]],
    ];
    for (const [height, expected] of heights) {
      const lived = live(day(seed, { offered: wave(height) }));
      expect({ seed, height, isAsHigh: expected.includes(lived.worst) }).toEqual({
        ...{ seed, height, isAsHigh: true },
      });
      expect({ seed, height, step: lived.ladder.step }).toEqual({ seed, height, step: "normal" });
    }
  }
});

test("no step is skipped, each lasts its time, and those that may not be taken are passed by with the reason", () => {
  const bars = (rung: Rung) => (rung === "freeze" ? "no snapshot" : undefined);
  for (const seed of seeds) {
    const { moves } = live(day(seed, { offered: wave(2_500), capacity: 20, bars }));
    expect(moves.length).toBeGreaterThan(6);
    let last = 0;
    for (const move of moves) {
      expect(move.at - last).toBeGreaterThanOrEqual(pace.stayMs);
      last = move.at;
      if (move.kind === "descend") {
        const passed =
          move.from === "waiting-room" ? "serve-stale" : steps[steps.indexOf(move.from) - 1];
        expect<unknown>(move.to).toBe(passed);
      } else if (move.skipped.length === 0) expect<unknown>(move.to).toBe(above(move.from));
      else {
        expect(move.skipped).toEqual([{ step: "freeze", why: "no snapshot" }]);
        expect([move.from, move.to]).toEqual(["serve-stale", "waiting-room"]);
      }
    }
  }
});

test("under a load that stays, the ladder tries to come down less and less often", () => {
  for (const seed of seeds) {
    const { moves } = live(day(seed, { seconds: 4 * hour }));
    const inHour = (n: number) =>
      moves.filter(({ at }) => at >= n * hour * 1_000 && at < (n + 1) * hour * 1_000).length;
    expect(inHour(0)).toBeLessThanOrEqual(20);
    for (const later of [1, 2, 3]) expect(inHour(later)).toBeLessThanOrEqual(9);
  }
});

test("what the operator forces is followed step by step, holds against the evidence, and ends by itself", () => {
  const at = 60_000;
  const force = (step: Step, endsAt: number) => ({
    second: 60,
    event: forced({ service: "shop", at, step, endsAt, reason: "a drill" }),
  });
  const up = live(day(1, { offered: () => 20, seconds: hour, facts: [force("freeze", 600_000)] }));
  expect(up.moves.slice(0, 3).map(({ to, why }) => [to, why])).toEqual([
    ["cache-harder", "forced"],
    ["serve-stale", "forced"],
    ["freeze", "forced"],
  ]);
  expect(up.moves.slice(3).every((each) => each.at >= 600_000 && each.kind === "descend")).toBe(
    true,
  );
  expect(up.ladder.step).toBe("normal");
  const down = live(day(1, { seconds: 600, facts: [force("normal", 500_000)] }));
  const held = down.moves.filter((each) => each.at > 70_000);
  expect(held.every((each) => each.at >= 500_000)).toBe(true);
  expect(down.ladder.step).not.toBe("normal");
  const freed = { second: 120, event: released({ service: "shop", at: 120_000, why: "asked" }) };
  const soon = live(day(1, { seconds: 600, facts: [force("normal", 500_000), freed] }));
  expect(soon.moves.some((each) => each.kind === "climb" && each.at < 200_000)).toBe(true);
});

test("a forbidden step is never taken, and left at once when it is forbidden while the ladder stands on it", () => {
  const forbid = (second: number, step: Rung) => ({
    second,
    event: forbidden({
      ...{ service: "shop", at: second * 1_000, step, inForce: false },
      ...{ endsAt: 9_000_000, reason: "the copy is old" },
    }),
  });
  for (const seed of seeds) {
    const never = live(day(seed, { offered: () => 900, facts: [forbid(1, "freeze")] }));
    expect(never.moves.some(({ to }) => to === "freeze")).toBe(false);
    expect(["waiting-room", "shed"]).toContain(never.worst);
  }
  const lived = live(day(3, { offered: () => 500, facts: [forbid(400, "freeze")] }));
  const left = lived.moves.find(({ why }) => why === "forbidden");
  expect(left).toMatchObject({ from: "freeze", to: "serve-stale", at: 400_000 });
  expect(lived.moves.filter(({ at, to }) => at > 400_000 && to === "freeze")).toEqual([]);
});

test("few requests say nothing, and people who wait keep the ladder from coming down without lifting it", () => {
  const quiet = {
    ...{ seconds: 10, offeredPerSecond: 1, originPerSecond: 1, errorShare: 1, originMs: 9_000 },
    ...{ baselineMs: 10, queueMs: null, queued: null, inFlight: 1, limit: null },
    ...{ breakerOpen: false, capacityPerSecond: null, demandPerSecond: 1, waiting: null },
  };
  expect(pressureOf(quiet, thresholds).mood).toBe("calm");
  expect(pressureOf({ ...quiet, waiting: 40 }, thresholds).mood).toBe("between");
  expect(pressureOf({ ...quiet, breakerOpen: true }, thresholds).mood).toBe("pressed");
  expect(pressureOf({ ...quiet, offeredPerSecond: 5 }, thresholds).mood).toBe("pressed");
});
