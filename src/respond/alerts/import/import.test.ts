import { describe, expect, test } from "bun:test";
import { parse } from "yaml";
import { originalOf } from "../api/status.ts";
import { Config, policyOf } from "../config.ts";
import { routesFor } from "../model/route.ts";
import { isDuring, isQuiet, type Recurring } from "../model/times.ts";
import { kinds, minuteMs, started } from "../started.testing.ts";
import { durationOf, importedAlertmanager } from "./alertmanager.ts";

const file = `
global: { resolve_timeout: 1h30m, slack_api_url: http://x.test }
templates: [/etc/alertmanager/*.tmpl]
route:
  receiver: team
  group_by: [alertname, cluster]
  group_wait: 10s
  routes:
    - { match: { severity: info }, receiver: nobody }
    - matchers: ['team=~"db|cache"', 'env!="test, staging"']
      receiver: dba
      continue: true
      mute_time_intervals: [Off Hours]
      routes: [{ match_re: { alertname: "Disk.*" }, receiver: disks, active_time_intervals: [office] }]
inhibit_rules:
  - { source_matchers: [severity="critical"], target_matchers: ['{severity="warning",team="db"}'], equal: [cluster] }
  - { source_match: { severity: critical } }
mute_time_intervals:
  - name: Off Hours
    time_intervals:
      - { weekdays: [saturday, sunday] }
      - { times: [{ start_time: "18:00", end_time: "24:00" }], months: ["may:august", 12], days_of_month: ["1:5", "-3:-1"], years: ["2026:2027"] }
time_intervals:
  - { name: office, time_intervals: [{ weekdays: ["monday:friday"], times: [{ start_time: "09:00", end_time: "17:00" }], location: Europe/Paris }] }
receivers:
  - { name: team, slack_configs: [{ channel: "#ops" }] }
`;
const made = importedAlertmanager(parse(file));
const config = Config.parse(made?.config.alerts);

describe("an alertmanager.yml", () => {
  test("becomes a configuration that routes as it did", () => {
    const { root } = policyOf(config);
    const receivers = (labels: Record<string, string>): string[] =>
      routesFor(root, labels).map(({ receiver }) => receiver);
    expect(receivers({ severity: "info" })).toEqual(["nobody"]);
    expect(receivers({ team: "db", alertname: "DiskFull" })).toEqual(["disks"]);
    expect(receivers({ team: "cache" })).toEqual(["dba"]);
    expect(receivers({ team: "db", env: "test, staging" })).toEqual(["team"]);
    expect(root).toMatchObject({ waitMs: 10_000, groupBy: ["alertname", "cluster"] });
    expect(config.resolveTimeout).toBe(90 * 60_000);
    expect(config.inhibit).toHaveLength(1);
    expect(config.inhibit[0]?.target).toHaveLength(2);
  });
  test("is what amtool is shown, and that reads back as the same configuration", () => {
    const again = importedAlertmanager(parse(originalOf(config)));
    const { route, times, inhibit } = Config.parse(again?.config.alerts);
    expect({ times, inhibit }).toEqual({ times: config.times, inhibit: config.inhibit });
    // What a child does not say is shown as it has it from its parent.
    expect(policyOf({ ...config, route }).root).toEqual(policyOf(config).root);
  });
  test("what could not be carried over is said", () => {
    for (const what of ["templates", "receiver team (slack)", "inhibit_rules[1]", "Off Hours"])
      expect(made?.notes.join("\n")).toContain(what);
  });
  test("keeps its times by the clocks of their zones", () => {
    const { quiet } = policyOf(config).root.routes[1] ?? { quiet: undefined };
    const muted = (when: string): boolean | undefined => quiet && isQuiet(quiet, Date.parse(when));
    expect(muted("2026-11-21T12:00:00Z")).toBe(true);
    expect(muted("2026-11-20T12:00:00Z")).toBe(false);
    expect(muted("2026-06-30T18:00:00Z")).toBe(true);
    expect(muted("2026-06-30T17:59:00Z")).toBe(false);
    expect(muted("2026-06-15T19:00:00Z")).toBe(false);
    const [office] = config.times["office"] ?? [];
    expect(isDuring(office as Recurring, Date.parse("2026-07-03T07:30:00Z"))).toBe(true);
    expect(isDuring(office as Recurring, Date.parse("2026-01-05T08:30:00+01:00"))).toBe(false);
  });
  test("what is none is told so, and durations of several units are one", () => {
    expect(importedAlertmanager({ groups: [] })).toBe(undefined);
    expect(["1d12h", "90s", "5m", "x"].map(durationOf)).toEqual(["36h", "90s", "5m", undefined]);
  });
});

test("a route that names no known time is refused", () =>
  expect(() => Config.parse({ route: { routes: [{ mutedDuring: ["never"] }] } })).toThrow(/never/));

test("in a route's quiet hours nobody is told, and afterwards what still goes on is", async () => {
  // The test's clock begins at midnight, UTC.
  const { castor, fire } = await started({
    config: {
      resolveTimeout: "6h",
      times: { early: [{ hours: ["00:00-00:08"] }] },
      route: { routes: [{ match: ['team="db"'], mutedDuring: ["early"] }] },
    },
  });
  await using _ = castor;
  await fire({ alertname: "Down", team: "db" });
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual([]);
  await castor.advance(8 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
});
