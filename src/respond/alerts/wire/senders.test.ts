import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { changeReported } from "../contract.ts";
import {
  intakesOfTools,
  kinds,
  minuteMs,
  pagerKey as key,
  started,
  told,
} from "../started.testing.ts";

const intakes = {
  ...intakesOfTools,
  build: {
    format: "generic",
    token: "generic-of-a-test",
    map: { title: "event.name", status: "event.state", key: "id" },
  },
};
const begun = (config: object = {}) => started({ intakes, config });

test("PagerDuty's events open, are acknowledged and end under the sender's key", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const event = (event_action: string, more: object = {}) =>
    send("pagerduty/v2/enqueue", { routing_key: key, event_action, dedup_key: "k1", ...more });
  const payload = { summary: "Disk is full", source: "db-1", severity: "critical" };
  const answer = await event("trigger", { payload });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ status: "success", dedup_key: "k1" });
  await castor.advance(minuteMs);
  await event("acknowledge");
  await castor.advance(1_000);
  expect(castor.types()).toContain("alerts.acknowledged");
  expect((await event("resolve")).status).toBe(202);
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  expect((await event("resolve")).status).toBe(202);
});

test("what PagerDuty would refuse is refused in its words, as JSON", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  for (const wrong of [{}, { routing_key: "short" }, { routing_key: key }, "no json"]) {
    const answer = await send("pagerduty/v2/enqueue", wrong);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ status: "invalid event" });
  }
  const unknown = { routing_key: "x".repeat(32), event_action: "resolve", dedup_key: "k" };
  expect((await send("pagerduty/v2/enqueue", unknown)).status).toBe(400);
});

test("a change is a fact, and version 1 is understood", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const timestamp = "2015-07-17T08:42:58.315+0000";
  const change = { routing_key: key, payload: { summary: "Deploy 7", timestamp } };
  expect((await send("pagerduty/v2/change/enqueue", change)).status).toBe(202);
  const fact = castor.facts().find(({ event }) => event.type === changeReported.type);
  expect(fact?.event.data).toMatchObject({
    summary: "Deploy 7",
    at: Date.parse("2015-07-17T08:42:58.315Z"),
  });
  const old = { service_key: key, event_type: "trigger", incident_key: "i", description: "Old" };
  const answer = await send("pagerduty/generic/2010-04-15/create_event.json", old);
  expect([answer.status, await answer.json()]).toMatchObject([200, { incident_key: "i" }]);
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1].title).toBe("Old");
});

test("a deploy that failed is an alert until one works; one of another pipeline ends nothing", async () => {
  const { castor, send } = await begun({ route: { wait: "1s", interval: "1m" } });
  await using _ = castor;
  const report = async (source: string, build_state: string): Promise<void> => {
    const custom_details = { build_state, build_number: "7", service: "shop" };
    const payload = { summary: `Build 7 ${build_state}`, source, custom_details };
    await send("pagerduty/v2/change/enqueue", { routing_key: key, payload });
    await castor.advance(2 * minuteMs);
  };
  await report("jenkins", "passed");
  expect(kinds(castor)).toEqual([]);
  await report("jenkins", "FAILURE");
  expect(told(castor)[0]?.[1]).toMatchObject({
    ...{ service: "shop", severity: "error" },
    title: "A deploy of shop failed: Build 7 FAILURE",
  });
  await report("gitlab", "passed");
  expect(kinds(castor)).toEqual(["opened new"]);
  await report("jenkins", "passed");
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  await castor.act("alerts.report-change", { summary: "shop 3.0", service: "shop", failed: true });
  await castor.advance(minuteMs);
  expect(kinds(castor).at(-1)).toBe("opened reopened");
});

const capture = join(import.meta.dir, "../../../../../shared/data/alertmanager-wire/capture.jsonl");
test.skipIf(!existsSync(capture))("a real Alertmanager is understood as a sender", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const all = readFileSync(capture, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { url: string; body: string });
  const hooks = all.filter(({ url }) => url.startsWith("/hook"));
  expect(hooks.length).toBeGreaterThan(3);
  for (const { body } of hooks)
    expect((await send("alertmanager-webhook/webhook-of-a-test", body)).status).toBe(200);
  const events = all.filter(({ url }) => url.startsWith("/v2/enqueue"));
  for (const { body } of events) {
    const sent = { ...(JSON.parse(body) as object), routing_key: key };
    expect((await send("pagerduty/v2/enqueue", sent)).status).toBe(202);
  }
  await castor.advance(minuteMs);
  expect(told(castor).length).toBeGreaterThan(0);
});

const firing = (labels: object, more: object = {}) => ({
  status: "firing",
  alerts: [
    {
      status: "firing",
      labels,
      startsAt: "2026-01-01T00:00:00Z",
      endsAt: "0001-01-01T00:00:00Z",
      ...more,
    },
  ],
});

test("an end in the year 1 is no end, and Grafana's own trouble is no page about the service", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const labels = { alertname: "DatasourceError", severity: "critical", __private__: "x" };
  await send("grafana/grafana-of-a-test", firing(labels));
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1]).toMatchObject({
    severity: "warning",
    labels: { monitoring: "broken" },
  });
  expect(told(castor)[0]?.[1].labels).not.toHaveProperty("__private__");
});

test("test messages never page", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const labels = { alertname: "TestAlert", instance: "Grafana" };
  for (const [path, body] of [
    ["grafana/grafana-of-a-test", firing(labels)],
    ["kuma/kuma-of-a-test-xx", { heartbeat: null, monitor: null, msg: "Testing" }],
    ["generic/generic-of-a-test", { id: 1, event: { name: "A try", state: "test" } }],
  ] as const)
    expect(await (await send(path, body)).json()).toEqual({ taken: 0, tests: 1 });
  await castor.advance(10 * minuteMs);
  expect(told(castor)).toEqual([]);
});

test("Uptime Kuma: down opens, pending and maintenance say nothing, up ends; also as a form", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const beat = (status: number) => ({
    heartbeat: { monitorID: 7, status, time: "2026-01-01 00:00:00.000", msg: "timeout" },
    monitor: { id: 7, name: "Shop" },
    msg: "[Shop]",
  });
  const path = "kuma/kuma-of-a-test-xx";
  for (const status of [2, 3, 1]) await send(path, beat(status));
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual([]);
  const form = new URLSearchParams({ data: JSON.stringify(beat(0)) }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await send(path, form, { headers })).status).toBe(200);
  await castor.advance(minuteMs);
  await send(path, beat(1));
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("JSON of any shape is read by the paths given, and upstream_down is not up", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const path = "generic/generic-of-a-test";
  const body = (state: string) => ({ id: "b1", event: { name: "Backup", state } });
  for (const state of ["backup_failed", "upstream_down"]) await send(path, body(state));
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
  await send(path, body("OK"));
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  expect((await send(path, { other: 1 })).status).toBe(400);
});

test("a heartbeat that stops is an alert until the next one", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  await send("heartbeat/heartbeat-of-a-test");
  await castor.advance(9 * minuteMs);
  expect(told(castor)).toEqual([]);
  await castor.advance(3 * minuteMs);
  expect(told(castor).map(([kind, { labels }]) => [kind, labels["heartbeat"]])).toEqual([
    ["opened", "cron"],
  ]);
  await send("heartbeat/heartbeat-of-a-test");
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});
