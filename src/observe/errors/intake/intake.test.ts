import { expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { processesOf } from "#kernel";
import { httpApi } from "#kernel/testing";
import {
  events,
  issues,
  items,
  lost,
  monitors,
  occurrence,
  projects,
  releaseHealth,
} from "../contract.ts";
import { anEvent, corpus, hasCorpus, inbox, key, recorded } from "../inbox.testing.ts";

const lines = (...parts: unknown[]): string =>
  parts.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");
const wrapped = (event: unknown, header: object = {}): string =>
  lines(header, { type: "event" }, event);

test("an event is acknowledged with its id, and is an issue from then on", async () => {
  await using world = await inbox();
  const event = anEvent({ release: "shop@1", environment: "production", user: { id: "u1" } });
  const answer = await world.envelope(wrapped(event));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ id: event["event_id"] });
  await world.settle();
  const { issues: found, total } = await world.castor.ask(issues, issues.input.parse({}));
  expect(total).toBe(1);
  expect(found[0]).toMatchObject({
    id: "shop-1",
    project: "shop",
    type: "TypeError",
    value: "price of booking 12 is undefined",
    culprit: "priceOf in shop/price.js",
    state: "new",
    events: 1,
    users: 1,
    firstRelease: "shop@1",
  });
  expect(found[0]?.graph.at(-1)).toBe(1);
  // The log knows the error without what differs each time.
  const created = world.castor.facts().find((each) => each.event.type === "errors.created");
  expect(created?.event.data).toMatchObject({
    issue: "shop-1",
    value: "price of booking <n> is undefined",
  });
});

test("the key is taken from the query, from either header, or from the envelope's DSN", async () => {
  await using world = await inbox();
  const { send } = world;
  const body = (): string => wrapped(anEvent());
  const dsn = { dsn: `http://${key}@localhost/in/sentry/1` };
  const header = `Sentry sentry_version=7, sentry_client=x/1, sentry_key=${key}`;
  const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;
  expect(await status(send(`/api/1/envelope/?sentry_key=${key}`, body()))).toBe(200);
  expect(await status(send("/api/1/envelope/", body(), { "x-sentry-auth": header }))).toBe(200);
  expect(await status(send("/api/1/envelope/", body(), { authorization: header }))).toBe(200);
  expect(await status(send("/api/1/envelope/", wrapped(anEvent(), dsn)))).toBe(200);
  expect(await status(send("/tunnel/", wrapped(anEvent(), dsn)))).toBe(200);
  expect(await status(send("/api/1/envelope/", body()))).toBe(401);
  expect(await status(send(`/api/1/envelope/?sentry_key=${"b".repeat(32)}`, body()))).toBe(403);
  expect(await status(send(`/api/2/envelope/?sentry_key=${key}`, body()))).toBe(403);
  expect(await status(send("/tunnel/", body()))).toBe(401);
  expect(await status(send("/api/1/minidump/", body()))).toBe(404);
});

test("bodies come in every encoding, and to the older endpoint as bare events", async () => {
  await using world = await inbox();
  const text = (): string => wrapped(anEvent());
  for (const [encoding, body] of [
    ["gzip", gzipSync(text())],
    ["deflate", deflateSync(text())],
    ["br", brotliCompressSync(text())],
    ["zstd", zstdCompressSync(text())],
  ] as const)
    expect((await world.envelope(body, { "content-encoding": encoding })).status).toBe(200);
  expect((await world.store(anEvent())).status).toBe(200);
  const { issues: found } = await world.castor.ask(issues, issues.input.parse({}));
  expect(found.map(({ events: count }) => count)).toEqual([5]);
});

test("an event that comes twice counts once", async () => {
  await using world = await inbox();
  const event = anEvent();
  for (let n = 0; n < 3; n++) expect((await world.store(event)).status).toBe(200);
  const { issues: found } = await world.castor.ask(issues, issues.input.parse({}));
  expect(found[0]?.events).toBe(1);
  await world.settle();
  const counted = world.ports.counters.total(
    items,
    { from: 0, to: Number.MAX_SAFE_INTEGER },
    {
      by: ["outcome"],
    },
  );
  expect(counted.toSorted((a, b) => a.value - b.value)).toMatchObject([
    { labels: { outcome: "kept" }, value: 1 },
    { labels: { outcome: "duplicate" }, value: 2 },
  ]);
});

test("any page may send, after asking first", async () => {
  await using world = await inbox();
  const asked = await world.ports.outposts.pass("errors-intake", "/in/sentry/api/1/envelope/", {
    method: "OPTIONS",
    headers: {},
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get("access-control-allow-headers")).toContain("X-Sentry-Auth");
  const sent = await world.envelope(wrapped(anEvent()));
  expect(sent.headers.get("access-control-allow-origin")).toBe("*");
  expect(sent.headers.get("access-control-expose-headers")).toContain("X-Sentry-Rate-Limits");
});

test("everything else that SDKs send is taken: kept, or counted", async () => {
  await using world = await inbox();
  const event = anEvent();
  const id = event["event_id"];
  const small = Buffer.from("some\nfile with password=hunter2");
  const start = world.castor.clock.now() / 1_000;
  const answers = [
    await world.envelope(
      lines(
        { event_id: id },
        { type: "event" },
        event,
        { type: "attachment", length: small.length, filename: "a.txt", content_type: "text/plain" },
        small.toString(),
      ),
    ),
    await world.envelope(
      lines(
        {},
        { type: "feedback" },
        {
          contexts: { feedback: { message: "it broke", name: "Jane", associated_event_id: id } },
        },
      ),
    ),
    await world.envelope(
      lines(
        {},
        { type: "session" },
        { sid: "1", init: true, started: start, status: "ok", attrs: { release: "shop@1" } },
        { type: "session" },
        { sid: "1", started: start, status: "crashed", errors: 1, attrs: { release: "shop@1" } },
        { type: "sessions" },
        { aggregates: [{ started: start, exited: 9 }], attrs: { release: "shop@1" } },
      ),
    ),
    await world.envelope(
      lines(
        {},
        { type: "check_in" },
        { check_in_id: "c1", monitor_slug: "nightly", status: "in_progress" },
        { type: "check_in" },
        { check_in_id: "c1", monitor_slug: "nightly", status: "ok", duration: 2.5 },
      ),
    ),
    await world.envelope(
      lines(
        {},
        { type: "client_report" },
        {
          discarded_events: [{ reason: "queue_overflow", category: "error", quantity: 7 }],
        },
      ),
    ),
    await world.envelope(lines({}, { type: "transaction" }, {}, { type: "never-heard-of" }, "?")),
    await world.send(`/api/1/security/?sentry_key=${key}`, '{"csp-report":{}}'),
  ];
  expect(answers.map((each) => each.status)).toEqual(answers.map(() => 200));
  expect(await answers.at(-1)?.json()).toEqual({});
  await world.settle();
  const { castor, ports } = world;
  const one = await castor.ask(occurrence, { issue: "shop-1", event: "last" });
  expect(one.attachments).toEqual([
    { id: 1, name: "a.txt", type: "text/plain", bytes: expect.any(Number) },
  ]);
  const { releases } = await castor.ask(releaseHealth, { project: "shop", hours: 24 });
  expect(releases).toEqual([
    { release: "shop@1", environment: "", sessions: 10, errored: 0, crashed: 1, crashFree: 0.9 },
  ]);
  expect((await castor.ask(monitors, {})).monitors).toMatchObject([
    { project: "shop", monitor: "nightly", state: "ok", runs: [{ durationMs: 2500 }] },
  ]);
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER };
  expect(ports.counters.total(lost, all)).toMatchObject([{ value: 7 }]);
  expect(ports.counters.total(items, all, { where: { outcome: "counted" } })[0]?.value).toBe(4);
});

test("no secret reaches the disk, and what was taken out is shown as such", async () => {
  await using world = await inbox();
  await world.store(anEvent({ extra: { password: "hunter2", note: "card 4111111111111111" } }));
  const [row] = world.intake().store.tables.all<{ body: Uint8Array }>("SELECT body FROM bodies");
  const kept = new TextDecoder().decode(Bun.zstdDecompressSync(row?.body ?? new Uint8Array()));
  expect(kept).not.toMatch(/hunter2|4111/);
  const one = await world.castor.ask(occurrence, { issue: "shop-1", event: "first" });
  expect(one.scrubbed).toEqual([
    { path: "extra.password", why: "secret" },
    { path: "extra.note", why: "card number" },
  ]);
  expect(one.more["extra"]).toMatchObject({ password: "[scrubbed: secret]" });
});

test("an address is kept only where a project says so, and {{auto}} is the sender's", async () => {
  const scrub = { keys: [], keepKeys: [], patterns: [], variables: "keep", addresses: "keep" };
  for (const [projectsConfig, expected] of [
    [{}, undefined],
    [{ shop: { key, scrub } }, "203.0.113.9"],
  ] as const) {
    await using world = await inbox({ config: { projects: projectsConfig } });
    await world.store(anEvent({ user: { ip_address: "{{auto}}" } }), {
      "castor-address": "203.0.113.9",
    });
    const { events: kept } = await world.castor.ask(
      events,
      events.input.parse({ issue: "shop-1" }),
    );
    expect(kept[0]?.user).toBe(expected);
  }
});

test("SDKs reach the inbox through the API's port without signing in; a page's cookies do not", async () => {
  await using world = await inbox();
  const api = httpApi({ castor: world.castor.castor, auth: world.auth });
  const { projects: known } = await world.castor.ask(projects, {});
  const dsn = new URL(known[0]?.dsn ?? "");
  expect(dsn.pathname).toBe("/in/sentry/1");
  const answer = await api(
    new Request(`http://castor/in/sentry/api/1/envelope/?sentry_key=${dsn.username}`, {
      method: "POST",
      body: wrapped(anEvent()),
      headers: { cookie: "session=x" },
    }),
    "203.0.113.9",
  );
  expect(answer.status).toBe(200);
  const preflight = await api(
    new Request("http://castor/in/sentry/api/1/envelope/", { method: "OPTIONS" }),
    "203.0.113.9",
  );
  expect(preflight.status).toBe(204);
});

test("the inbox costs no process until somebody with a key sends something, and that is not lost", async () => {
  await using world = await inbox({ opened: false, intake: false });
  const { castor, ports } = world;
  const api = httpApi({ castor: castor.castor, auth: world.auth });
  const wanted = () => ports.snapshots.get(processesOf("errors"))?.value.processes.length;
  expect((await castor.ask(issues, issues.input.parse({}))).total).toBe(0);
  const post = (path: string): Promise<Response> =>
    api(new Request(`http://castor${path}`, { method: "POST", body: wrapped(anEvent()) }), "::1");
  expect((await post(`/in/sentry/api/1/envelope/?sentry_key=${"b".repeat(32)}`)).status).toBe(401);
  await world.settle();
  expect(wanted()).toBe(0);
  const first = post(`/in/sentry/api/1/envelope/?sentry_key=${key}`);
  await world.settle();
  expect(wanted()).toBe(1);
  await world.restart();
  await world.settle();
  expect((await first).status).toBe(200);
});

test.skipIf(!hasCorpus)("every recorded request is taken", async () => {
  await using world = await inbox();
  const answers: [string, number][] = [];
  for (const file of corpus(/\.(envelope|store\.json)$/)) {
    const path = file.endsWith(".store.json") ? "store" : "envelope";
    const answer = await world.send(`/api/1/${path}/?sentry_key=${key}`, recorded(file));
    answers.push([file, answer.status]);
  }
  expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
  expect(answers.length).toBeGreaterThan(80);
});
