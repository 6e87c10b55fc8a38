import { expect, test } from "bun:test";
import { Config as LiveConfig, showOf } from "../config.ts";
import { PlanConfig } from "./config.ts";
import { busiestSecond, perSecond, sharesOf } from "./curve.ts";
import { minutesOf } from "./machines.ts";
import { assumed, needsOf } from "./needs.ts";
import { planOf } from "./plan.ts";

const minute = 60_000;
/** Tens of millions, as the show was that gave the idea: the table of the estimate, its three rows. */
const asWritten = {
  ...{
    registered: { low: 20e6, mid: 30e6, high: 50e6 },
    online: { low: 0.25, mid: 0.35, high: 0.5 },
  },
  ...{ answering: { low: 1, mid: 1, high: 1 }, costs: { answerUs: 10 }, tls: false },
  startsAt: "2026-12-31T20:00:00+01:00",
  zone: "Europe/Paris",
};
const big = PlanConfig.parse(asWritten);
const show = showOf(
  "final",
  LiveConfig.parse({
    shows: {
      final: { title: "Final", questions: { one: { text: "Which?", choices: ["a", "b"] } } },
    },
  }).shows["final"] as never,
);
const of = { windowMs: minute, costs: { ...assumed, answerUs: 10 }, participantsMax: 1 };

// The reference has 9.1 % and 38 cores for "high": its seconds begin at the reveal, ours wherever they are busiest.
test("the busiest second and the cores are those of the reference for low, mid and high", () => {
  const rows = (["low", "mid", "high"] as const).map((scenario) => {
    const needs = needsOf(big, scenario, of);
    return [
      needs.answersPerQuestion / 1e6,
      Math.round(needs.meanPerSecond / 1e3),
      Math.round(needs.busiestShare * 1_000) / 10,
      Math.ceil(needs.answerCores),
      Math.round(needs.memoryGb),
    ];
  });
  expect(rows).toEqual([
    [5, 83, 4.5, 4, 35],
    [10.5, 175, 6.2, 11, 74],
    [25, 417, 9.2, 39, 175],
  ]);
});

test("handshakes of a crowd that connects within a minute take as many cores as were measured", () => {
  const plan = { ...big, tls: true, utilisationMax: 1 };
  const cores = (["low", "mid", "high"] as const).map((scenario) => {
    const { reconnectCores, connectCores } = needsOf(plan, scenario, of);
    return [Math.round(reconnectCores), Math.round(connectCores)];
  });
  expect(cores).toEqual([
    [30, 3],
    [62, 6],
    [148, 15],
  ]);
});

test("shares add up to everybody, and the busiest second of the reference is found", () => {
  const shares = sharesOf({ shape: 2, scaleS: 4 }, { windowMs: minute });
  expect(perSecond(shares).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  expect(busiestSecond(shares)).toBeCloseTo(0.091, 2);
  // A vote may be open for a week; its curve is that of its first hour.
  const week = sharesOf({ shape: 2, scaleS: 4 }, { windowMs: 7 * 86_400_000 });
  expect(perSecond(week)).toHaveLength(3_600);
  expect(busiestSecond(week)).toBeCloseTo(busiestSecond(shares), 3);
});

test("machines are up before the first question and gone after the show; for spikes they come a boot ahead", () => {
  const plan = { ...big, machine: { ...big.machine, memoryGb: 512 } };
  const minutes = minutesOf(plan, needsOf(plan, "high", of), minute);
  const at = (wanted: number) => minutes.find((each) => each.minute === wanted);
  expect(minutes[0]?.minute).toBe(-14); // 4 min to boot, 10 min for everybody to connect.
  expect(minutes.at(-1)?.minute).toBe(419);
  const [on = 0, quiet = 0, ahead = 0] = [0, 3, 7].map((each) => at(each)?.perSpike);
  expect(quiet).toBeLessThan(on);
  expect(ahead).toBe(on);
  expect(at(3)?.showOnly).toBe(on);
});

test("who is connected needs memory between questions: then scaling for each one saves nothing, and the plan says so", () => {
  const plan = planOf(
    "final",
    show,
    { ...big, machine: { ...big.machine, memoryGb: 8 } },
    {
      now: 0,
      answerUs: undefined,
    },
  );
  const high = plan.estimates.find(({ scenario }) => scenario === "high");
  expect(high?.saturatesFirst).toBe("memory");
  expect(high?.prices.perSpike).toBe(high?.prices.showOnly as number);
  expect(plan.warnings.join(" ")).toContain("saves nothing");
  expect(plan.warnings.join(" ")).toContain("the door would turn people away");
});

test("always on costs a month, the show only its hours, and schedules are in the zone's time", () => {
  const plan = planOf(
    "final",
    show,
    { ...big, machine: { ...big.machine, memoryGb: 512 } },
    {
      now: 0,
      answerUs: 20,
    },
  );
  const [, , high] = plan.estimates;
  const { alwaysOn = 0, showOnly = 0, perSpike = 0 } = high?.prices ?? {};
  expect(alwaysOn / showOnly).toBeGreaterThan(90);
  expect(perSpike).toBeLessThan(showOnly);
  const [{ keda = "", aws = "" } = {}] = plan.schedules;
  expect(keda).toContain('start: "46 19 31 12 *"');
  expect(keda).toContain('end: "0 3 1 1 *"');
  expect(keda).toContain("timezone: Europe/Paris");
  expect(aws.split("\n")[0]).toContain("--start-time 2026-12-31T18:46:00Z");
  expect(aws.split("\n").at(-1)).toContain("--desired-capacity 0");
  expect(plan.answerUs).toBe(10); // What the file says is believed rather than what was measured.
});

test("the plan says of each figure whether it was measured, stands in the file, or is a guess", () => {
  const plan = planOf("final", show, big, {
    ...{ now: 0, answerUs: 20, measured: { handshakeUs: 300 } },
  });
  expect(plan.reckonedWith).toContainEqual({ what: "answerUs", value: 10, from: "castor.yaml" });
  expect(plan.reckonedWith).toContainEqual({
    ...{ what: "handshakeUs", value: 300, from: "measured now" },
  });
  expect(plan.reckonedWith).toContainEqual({ what: "sendUs", value: 13, from: "assumed" });
  const nodes = planOf("final", show, { ...big, costs: {} }, { now: 0, answerUs: 20 });
  expect(nodes.reckonedWith).toContainEqual({
    ...{ what: "answerUs", value: 20, from: "measured by nodes" },
  });
});

const planned = (more: object, now = 0) => {
  const plan = PlanConfig.parse({ ...asWritten, machine: { memoryGb: 512 }, ...more });
  return planOf("final", show, plan, { now, answerUs: 10 });
};

test("where clocks change in the night of a show, schedules are in UTC: 02:30 would come twice, or never", () => {
  for (const [startsAt, first, last] of [
    ["2026-10-25T01:30:00+02:00", "16 23 24 10 *", "30 6 25 10 *"],
    ["2026-03-28T23:00:00+01:00", "46 21 28 3 *", "0 5 29 3 *"],
  ] as const) {
    const [{ keda = "", aws = "" } = {}] = planned({ startsAt, zone: "Europe/Paris" }).schedules;
    const at = (wanted: string): string =>
      new RegExp(`${wanted}: "?([^"\n]+)`).exec(keda)?.[1] ?? "";
    expect([at("timezone"), at("start"), at("end")]).toEqual(["Etc/UTC", first, last]);
    expect(aws).toContain(
      `--start-time ${new Date(Date.parse(startsAt) - 14 * minute).toISOString().slice(0, 19)}Z`,
    );
  }
});

test("each stretch of a schedule begins where the one before ends, and none is empty", () => {
  const { schedules, estimates } = planned({ zone: "America/St_Johns" });
  const spikes = schedules.find(({ way }) => way === "per-spike");
  const times = [...(spikes?.keda ?? "").matchAll(/(start|end): "(.+)"/g)].map(([, , at]) => at);
  const [starts, ends] = [0, 1].map((odd) => times.filter((_, n) => n % 2 === odd));
  expect(starts?.slice(1)).toEqual(ends?.slice(0, -1));
  expect(starts?.filter((start, n) => start === ends?.[n])).toEqual([]);
  // Few machines before the first question, then many and few for each of 42.
  expect(starts).toHaveLength(85);
  expect(spikes?.keda).toContain(`maxReplicaCount: ${estimates.at(-1)?.machines.on}`);
});

test("nonsense is refused with words, and what is only odd is said", () => {
  const wrong = (more: object): string =>
    PlanConfig.safeParse(more)
      .error?.issues.map(({ message }) => message)
      .join() ?? "";
  expect(wrong({ zone: "Europe/Atlantis" })).toContain('such as "Europe/Paris"');
  expect(wrong({ registered: { high: 1e12 } })).toContain("everybody alive");
  expect(wrong({ online: { mid: 35 } })).toContain("from 0 to 1");
  for (const field of ["connectOver", "reconnectOver", "fanOutMax", "length", "questionEvery"])
    expect(wrong({ [field]: "0s" })).toStartWith("From ");
  expect(wrong({ arrivalScaleS: { low: 0 } })).not.toBe("");

  const said = (more: object, now = 0): string => planned(more, now).warnings.join("\n");
  expect(said({ registered: { low: 0, mid: 0, high: 0 } })).toContain("Nobody is expected");
  expect(said({ registered: { low: 9, mid: 5, high: 1 } })).toContain("Fewer people come");
  expect(said({})).toContain("All nodes of a show run on one machine so far");
  expect(said({ questionEvery: "2m" })).toContain("faster than machines boot");
  expect(said({ startsAt: "2020-01-01T00:00:00Z" }, Date.UTC(2026, 0, 1))).toContain("is over");
  expect(said({}, Date.parse("2026-12-31T18:50:00Z"))).toContain("asked for at 2026-12-31T18:46Z");
  const free = planned({ machine: { pricePerHour: 0 } });
  expect(free.estimates.map(({ prices }) => prices.showOnly)).toEqual([0, 0, 0]);
});
