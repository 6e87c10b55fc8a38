import { expect, test } from "bun:test";
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
  zabbix: {
    format: "generic",
    token: "generic-of-a-test",
    map: { title: "events.0.name", status: "events.0.state", key: "events.0.id" },
  },
};
const begun = () => started({ intakes, config: { route: { wait: "1s", interval: "1m" } } });

test("labels may be called as OpenTelemetry calls them, and be silenced by that name", async () => {
  const { castor, fire, ask, iso } = await begun();
  await using _ = castor;
  const matchers = [{ name: "service.name", value: "shop", isRegex: false }];
  const silence = {
    matchers,
    startsAt: iso(0),
    endsAt: iso(3_600_000),
    createdBy: "a",
    comment: "b",
  };
  const made = await ask("/api/v2/silences", { method: "POST", body: JSON.stringify(silence) });
  expect(made.status).toBe(200);
  await castor.advance(1_000);
  expect((await fire({ alertname: "Down", "service.name": "shop", größe: "1" })).status).toBe(200);
  expect((await fire({ alertname: "Down", "a\u001b[2J": "1" })).status).toBe(400);
  const filter = encodeURIComponent('"service.name"="shop"');
  const shown = (await (await ask(`/api/v2/alerts?filter=${filter}`)).json()) as {
    status: object;
  }[];
  expect(shown).toMatchObject([{ status: { state: "suppressed" } }]);
});

test("what is said at length about an alert is cut rather than refused", async () => {
  const { castor, fire } = await begun();
  await using _ = castor;
  const annotations = { summary: "s", log: "x".repeat(20_000) };
  expect((await fire({ alertname: "Long" }, { annotations })).status).toBe(200);
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
});

test("a ruler that still speaks version 1 of Alertmanager's API is heard", async () => {
  const { castor, ask } = await begun();
  await using _ = castor;
  const post = (body: unknown) =>
    ask("/api/v1/alerts", { method: "POST", body: JSON.stringify(body) });
  const answer = await post([{ labels: { alertname: "Old" }, annotations: {}, generatorURL: "" }]);
  expect(await answer.json()).toEqual({ status: "success" });
  const refused = await post([{ labels: {} }]);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ status: "error", errorType: "bad_data" });
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
});

test("whatever PagerDuty's senders say besides is kept: lists, nested details, links, images", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const event = (dedup_key: string, custom_details: unknown, more: object = {}) =>
    send("pagerduty/v2/enqueue", {
      ...{ routing_key: key, event_action: "trigger", dedup_key, ...more },
      payload: { summary: dedup_key, source: "db", severity: "CRITICAL", custom_details },
    });
  const link = { href: "https://runbook.example/disk", text: "Runbook" };
  const image = { src: "https://graph.example/1.png", alt: "Graph" };
  await event(
    "nested",
    { free: "1%", disks: [{ id: 1 }], ok: false },
    { links: [link], images: [image] },
  );
  await event("text", "the disk is full");
  await event("list", ["a", "b"]);
  await castor.advance(minuteMs);
  const found = Object.fromEntries(
    told(castor)
      .flatMap(([, { alerts }]) => alerts)
      .map(({ labels, annotations }) => [labels["dedup_key"], annotations]),
  );
  expect(found).toMatchObject({
    nested: {
      ...{ free: "1%", disks: '[{"id":1}]', ok: "false" },
      links: "Runbook: https://runbook.example/disk\nGraph: https://graph.example/1.png",
    },
    text: { details: "the disk is full" },
    list: { details: '["a","b"]' },
  });
  expect(told(castor)[0]?.[1].severity).toBe("critical");
});

test("Grafana's alerting of before version 9 opens, goes blind and ends under its rule", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const say = async (state: string, more: object = {}): Promise<number> => {
    const body = {
      ...{ dashboardId: 1, orgId: 1, panelId: 2, ruleId: 7, ruleName: "Latency", state },
      evalMatches: [{ value: 3, metric: "p99", tags: { host: "a" } }],
      ...{ ruleUrl: "https://grafana.example/d/1", tags: { severity: "critical" } },
      ...{ title: "[Alerting] Latency", message: "It is slow", ...more },
    };
    const { status } = await send("grafana/grafana-of-a-test", body);
    await castor.advance(2 * minuteMs);
    return status;
  };
  await say("alerting", { ruleName: "Test notification" });
  for (const state of ["pending", "paused", "ok"]) expect(await say(state)).toBe(200);
  expect(kinds(castor)).toEqual([]);
  expect(await say("alerting")).toBe(200);
  expect(told(castor)[0]?.[1]).toMatchObject({ severity: "critical", title: "[Alerting] Latency" });
  expect(await say("ok")).toBe(200);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  expect(await say("nonsense")).toBe(400);
});

test("Uptime Kuma's word that a certificate ends soon is shown, and is no trouble of a service", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const msg = "[Shop][https://shop.example] server certificate shop.example will expire in 7 days";
  const body = { heartbeat: null, monitor: null, msg };
  expect(await (await send("kuma/kuma-of-a-test-xx", body)).json()).toEqual({ taken: 1, tests: 0 });
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1]).toMatchObject({ severity: "info", title: msg });
});

test("a title may stand in a list or a form; what other senders call over is over, and all began when it was said", async () => {
  const { castor, send, ports } = await begun();
  await using _ = castor;
  const say = async (body: unknown, init: RequestInit = {}): Promise<void> => {
    await send("generic/generic-of-a-test", body, init);
    await castor.advance(2 * minuteMs);
  };
  const event = (state: string) => ({ events: [{ id: 1, name: "Disk", state }], message: "full" });
  await say(event("PROBLEM"));
  await say(event("RECOVERY"));
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  expect(told(castor)[0]?.[1].since).toBeLessThanOrEqual(ports.clock.now());
  expect(told(castor)[0]?.[1].alerts[0]?.annotations).toMatchObject({ message: "full" });
  const form = new URLSearchParams({ "events.0.name": "x" }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await send("generic/generic-of-a-test", form, { headers });
  expect(await answer.json()).toEqual({ error: "There is no text at `events.0.name`." });
});

test("a job that says it failed is an alert until it says that it worked; one that begins says neither", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const say = async (rest: string): Promise<void> => {
    expect((await send(`heartbeat/heartbeat-of-a-test${rest}`)).status).toBe(200);
    await castor.advance(2 * minuteMs);
  };
  for (const ok of ["", "/0", "?status=up&msg=OK&ping=", "?status=200"]) await say(ok);
  expect(kinds(castor)).toEqual([]);
  for (const failed of ["/fail", "/2", "?state=fail", "?status=down", "/start"]) await say(failed);
  expect(kinds(castor)).toEqual(["opened new"]);
  await say("");
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("a body that somebody wrote in Uptime Kuma or Grafana is understood, or refused, but never taken for a test", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const say = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await send(path, body);
    await castor.advance(2 * minuteMs);
    return answer.status === 200 ? await answer.json() : answer.status;
  };
  const kuma = "kuma/kuma-of-a-test-xx";
  const title = "Uptime Kuma Alert - Shop";
  expect(await say(kuma, { Title: title, Body: "Webhook Testing" })).toEqual({
    taken: 0,
    tests: 1,
  });
  expect(await say(kuma, { Title: title, Body: "all is lost" })).toBe(400);
  const one = { taken: 1, tests: 0 };
  expect(await say(kuma, { Title: title, Body: "[Shop] [🔴 Down] timeout" })).toEqual(one);
  expect(await say(kuma, { Title: title, Body: "[Shop] [✅ Up] 200 - OK" })).toEqual(one);
  const heartbeat = { monitorID: 4, status: "0", msg: "timeout" };
  expect(await say(kuma, { heartbeat, monitor: { id: 4, name: "Blog" } })).toEqual(one);
  const grafana = "grafana/grafana-of-a-test";
  expect(await say(grafana, { title: "Slow", severity: "warning" })).toEqual(one);
  expect(await say(grafana, { text: "Slow" })).toBe(400);
  expect(await say(grafana, { alerts: null, title: "Slow" })).toBe(400);
  expect(told(castor).map(([, { title: of }]) => of)).toEqual([
    ...["Shop is down", "Shop is up", "Blog is down", "Slow"],
  ]);
});

test("of a list of any shape each is taken", async () => {
  const { castor, send } = await started({
    intakes: { ...intakesOfTools, list: { format: "generic", token: "generic-list-of-a-test" } },
    config: { route: { wait: "1s", interval: "1m" } },
  });
  await using _ = castor;
  const say = (body: unknown) => send("generic/generic-list-of-a-test", body);
  const answer = await say([{ title: "A" }, { title: "B" }, { title: "C", status: "test" }]);
  expect(await answer.json()).toEqual({ taken: 2, tests: 1 });
  for (const wrong of [[], [{ title: "D" }, 7], [{}]]) expect((await say(wrong)).status).toBe(400);
  await castor.advance(2 * minuteMs);
  expect(
    told(castor)
      .map(([, { title }]) => title)
      .toSorted(),
  ).toEqual(["A", "B"]);
});

test("PagerDuty's routing key may stand in the header", async () => {
  const { castor, send } = await begun();
  await using _ = castor;
  const headers = { "x-routing-key": key };
  const event = { event_action: "trigger", payload: { summary: "s", source: "a" } };
  expect((await send("pagerduty/v2/enqueue", event, { headers })).status).toBe(202);
  const change = { payload: { summary: "Deploy 8" } };
  expect((await send("pagerduty/v2/change/enqueue", change, { headers })).status).toBe(202);
  expect((await send("pagerduty/v2/change/enqueue", change)).status).toBe(400);
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
});
