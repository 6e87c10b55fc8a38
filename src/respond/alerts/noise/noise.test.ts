import { describe, expect, test } from "bun:test";
import { Config } from "../config.ts";
import { noise } from "../contract.ts";
import { minuteMs, started, told } from "../started.testing.ts";
import { noiseReport } from "./report.ts";
import type { PageRow } from "./pages.ts";
import { shiftsWithin, timeOf } from "./times.ts";

const { noise: config } = Config.parse({ noise: { zone: "Europe/Paris" } });
const at = (text: string): number => Date.parse(text);

describe("times", () => {
  for (const [when, time] of [
    ["2026-03-27T09:00:00+01:00", "work"],
    ["2026-03-27T18:00:00+01:00", "evening"],
    ["2026-03-27T23:00:00+01:00", "night"],
    ["2026-03-28T12:00:00+01:00", "weekend"],
    ["2026-03-29T03:30:00+02:00", "night"],
    // After the clocks went forward, nine by the wall is an hour earlier.
    ["2026-03-30T07:00:00Z", "work"],
  ] as const)
    test(`${when} is ${time}`, () => expect(timeOf(at(when), config)).toBe(time));

  test("shifts meet by the wall's clocks when these change", () => {
    const span = { from: at("2026-03-28T00:00:00Z"), to: at("2026-03-30T00:00:00Z") };
    const shifts = shiftsWithin(span, { zone: "Europe/Paris", startMinute: 480, minutes: 720 });
    for (const [n, { from }] of shifts.entries())
      if (n > 0) expect(from).toBe(shifts[n - 1]?.to ?? 0);
    expect(shifts.map(({ from, to }) => (to - from) / 3_600_000)).toContain(11);
  });
});

const page = (when: string, more: Partial<PageRow> = {}): PageRow => ({
  ...{ group_id: when, at: at(when), title: "Slow", rule: "slow", service: "shop" },
  ...{ severity: "error", key: "k", fingerprints: "[]", since: at(when), ended_at: null },
  ...{ acknowledged_at: null, verdict: null, because: null, ...more },
});

test("a week adds up by time, by rule and by shift", () => {
  const pages = [
    page("2026-03-24T02:00:00Z", { verdict: "noise", because: "nobody could do anything" }),
    page("2026-03-24T02:30:00Z", { verdict: "noise", because: "again" }),
    page("2026-03-24T03:00:00Z", { ended_at: at("2026-03-24T03:02:00Z") }),
    page("2026-03-25T10:00:00Z", { rule: "down", verdict: "useful", because: "a real outage" }),
  ].toReversed();
  const span = { from: at("2026-03-23T00:00:00Z"), to: at("2026-03-30T00:00:00Z") };
  const report = noiseReport(pages, span, {
    config,
    pathOf: (rule) => (rule === "slow" ? "alerts.rules.slow" : null),
  });
  expect(report.times).toEqual({ work: 1, evening: 0, night: 3, weekend: 0 });
  expect(report.actionable).toBeCloseTo(1 / 3);
  expect(report.rules[0]).toMatchObject({
    ...{ rule: "slow", pages: 3, noise: 2, unjudged: 1, shortLived: 1, path: "alerts.rules.slow" },
    because: ["again", "nobody could do anything"],
  });
  expect(report.shifts).toMatchObject({ over: 1, worst: [{ pages: 3 }] });
  expect(report.days).toHaveLength(8);
});

test("what woke somebody is in the report with the verdict on it, what was quiet is not", async () => {
  const { castor, fire, iso } = await started();
  await using _ = castor;
  await fire({ alertname: "Slow", service: "shop" }, { endsAt: iso(60 * minuteMs) });
  await castor.advance(minuteMs);
  await fire({ alertname: "Known", service: "shop", severity: "info" });
  await castor.advance(minuteMs);
  const group = told(castor)[0]?.[1].group ?? "";
  const verdict = { group, verdict: "noise", because: "it heals by itself" };
  for (let n = 0; n < 2; n++) await castor.run("alerts.judge", verdict);
  expect(castor.types().filter((type) => type === "alerts.judged")).toHaveLength(1);
  for (let n = 0; n < 2; n++) await castor.run("alerts.acknowledge", { group, by: "ann" });
  expect(castor.types().filter((type) => type === "alerts.acknowledged")).toHaveLength(1);
  const { pages, latest, rules } = await castor.ask(noise, { days: 7 });
  expect(pages).toBe(1);
  expect(latest[0]).toMatchObject({ group, verdict: "noise", because: "it heals by itself" });
  expect(latest[0]?.acknowledgedAt).toBeNumber();
  expect(rules[0]).toMatchObject({ rule: "Slow", noise: 1, path: null });
  const unknown = { problem: { type: "alerts.unknown-group" } };
  for (const verb of ["judge", "acknowledge"])
    expect(
      await castor.run(`alerts.${verb}`, { ...(verb === "judge" ? verdict : {}), group: "none" }),
    ).toMatchObject(unknown);
});
