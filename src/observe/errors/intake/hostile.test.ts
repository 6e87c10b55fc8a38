import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { issues, releaseHealth } from "../contract.ts";
import { anError, anEvent, inbox } from "../inbox.testing.ts";
import { outpostName } from "./picture.ts";
import { startIntake } from "./start.ts";

const lines = (...parts: unknown[]): string =>
  parts.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");
const wrapped = (event: unknown, header: object = {}): string =>
  lines(header, { type: "event" }, event);

test("what is wrong is said, and what else came with it is kept", async () => {
  await using world = await inbox();
  const answer = async (body: string): Promise<[number, string]> => {
    const told = await world.envelope(body);
    const { detail = "" } = (await told.json()) as { detail?: string };
    expect(told.headers.get("x-sentry-error") ?? "").toBe(detail);
    return [told.status, detail];
  };
  expect(await answer("")).toEqual([400, expect.stringContaining("first line")]);
  expect(await answer("nonsense\n")).toEqual([400, expect.stringContaining("first line")]);
  expect(await answer(lines({}, { length: 3 }, "abc"))).toEqual([
    400,
    expect.stringContaining("Item 1"),
  ]);
  expect(await answer(lines({}, { type: "event", length: -1 }, "{}"))).toEqual([
    400,
    expect.stringContaining("length"),
  ]);
  expect(await answer(lines({}, { type: "event", length: 99 }, "{}"))).toEqual([
    400,
    expect.stringContaining("ends before"),
  ]);
  expect(await answer(lines({}, { type: "event", length: 1 }, "{}"))).toEqual([
    400,
    expect.stringContaining("ends before"),
  ]);
  expect(await answer(lines({}, { type: "event" }, "[1]"))).toEqual([
    400,
    expect.stringContaining("no JSON object"),
  ]);
  const both = lines({}, { type: "event" }, "{broken", { type: "event" }, anEvent());
  expect(await answer(both)).toEqual([400, expect.stringContaining("no JSON object")]);
  const { total } = await world.castor.ask(issues, issues.input.parse({}));
  expect(total).toBe(1);
});

test("hostile bodies cost a clear no, or are kept without harm", async () => {
  await using world = await inbox({ config: { decodedMax: "4MB", eventMax: "3MB" } });
  const bomb = gzipSync(Buffer.alloc(100_000_000), { level: 1 });
  expect((await world.envelope(bomb, { "content-encoding": "gzip" })).status).toBe(413);
  expect((await world.envelope("x".repeat(5_000_000))).status).toBe(413);
  const line = lines({}, { type: "event" }, anEvent({ extra: { line: "x".repeat(3_500_000) } }));
  expect((await world.envelope(line)).status).toBe(413);
  const deep = `{"extra":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  expect((await world.envelope(lines({}, { type: "event" }, deep))).status).toBe(200);
  const broken = Buffer.concat([
    Buffer.from('{}\n{"type":"event"}\n{"message":"'),
    Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
    Buffer.from('"}'),
  ]);
  expect((await world.envelope(broken)).status).toBe(200);
  for (const strange of [
    { exception: { values: [null, 7, { type: {}, value: [1], stacktrace: { frames: "no" } }] } },
    { exception: [{ type: "X", stacktrace: { frames: [null, { lineno: "9", vars: 3 }] } }] },
    { tags: [["a"], null, ["b", { c: 1 }]], breadcrumbs: { values: 5 }, user: "me", request: [] },
    { timestamp: "never", level: 9, fingerprint: "x", contexts: null, sdk: [], release: {} },
    { __proto__: null, constructor: { prototype: 1 }, tags: { __proto__: "x", toString: "y" } },
    { message: "<script>alert(1)</script>", tags: { "<img onerror=x>": "'\"><svg>" } },
  ])
    expect((await world.store({ ...strange })).status).toBe(200);
  const { total } = await world.castor.ask(issues, issues.input.parse({}));
  expect(total).toBeGreaterThan(3);
});

test("who sends too much is told to wait with the last event that is let in, and sessions still come", async () => {
  await using world = await inbox({ config: { eventsPerMinuteMax: 3 } });
  const statuses: number[] = [];
  const told: (string | null)[] = [];
  for (let n = 0; n < 4; n++) {
    const answer = await world.envelope(wrapped(anEvent()));
    statuses.push(answer.status);
    told.push(answer.headers.get("x-sentry-rate-limits"));
  }
  expect(statuses).toEqual([200, 200, 200, 429]);
  expect(told.slice(0, 2)).toEqual([null, null]);
  expect(told[2]).toMatch(/^\d+:error;default:project:quota$/);
  const session = lines(
    {},
    { type: "session" },
    { init: true, status: "ok", attrs: { release: "a" } },
  );
  expect((await world.envelope(session)).status).toBe(200);
  await world.castor.advance(61_000);
  expect((await world.envelope(wrapped(anEvent()))).status).toBe(200);
});

test("small things have a limit of their own, and a file without its event is not kept", async () => {
  await using world = await inbox({ config: { eventsPerMinuteMax: 3 } });
  const sessions = Array.from({ length: 40 }, () => [
    { type: "session" },
    { init: true, status: "ok", attrs: { release: "a" } },
  ]).flat();
  expect((await world.envelope(lines({}, ...sessions))).status).toBe(200);
  const { releases } = await world.castor.ask(releaseHealth, { project: "shop", hours: 24 });
  expect(releases[0]?.sessions).toBe(30);
  const file = lines({ event_id: "a".repeat(32) }, { type: "attachment", length: 3 }, "abc");
  expect((await world.envelope(file)).status).toBe(200);
  expect(world.intake().store.tables.all("SELECT 1 FROM attachments")).toEqual([]);
});

test("a flood of new errors is one issue beyond the limit, so that the inbox stays an inbox", async () => {
  await using world = await inbox({ config: { newIssuesPerHourMax: 5 } });
  for (let n = 0; n < 20; n++) await world.store(anError(`Error${"abcdefghijklmnopqrst"[n]}`, "f"));
  await world.settle();
  const { issues: found } = await world.castor.ask(issues, issues.input.parse({}));
  expect(found).toHaveLength(6);
  expect(found.find((each) => each.type.startsWith("Too many"))?.events).toBe(15);
});

test("a full disk is said to the SDK as a pause, and nothing is kept of what was refused", async () => {
  await using world = await inbox();
  world.ports.stores.fail("full");
  const full = await world.store(anEvent());
  expect(full.status).toBe(503);
  expect(full.headers.get("x-sentry-rate-limits")).toBe("60::project:storage");
  expect((await world.castor.ask(issues, issues.input.parse({}))).total).toBe(0);
  expect((await world.store(anEvent())).status).toBe(200);
});

test("while the inbox is away, SDKs and people are told so", async () => {
  await using world = await inbox({ intake: false });
  expect((await world.store(anEvent())).status).toBe(503);
  expect(await world.castor.ask(issues, issues.input.parse({}))).toMatchObject({
    refused: true,
    problem: { type: "errors.intake-away" },
  });
});

test("an acknowledged event survives a kill, and the issue is told to the log once", async () => {
  await using world = await inbox();
  const event = anEvent();
  await world.store(event);
  await world.restart();
  await world.store(event);
  await world.settle();
  await world.restart();
  await world.settle();
  expect((await world.castor.ask(issues, issues.input.parse({}))).issues).toMatchObject([
    { events: 1 },
  ]);
  expect(world.castor.types().filter((type) => type === "errors.created")).toHaveLength(1);
});

test("an event that breaks its thread is not acknowledged, and the inbox goes on", async () => {
  await using world = await inbox({ intake: false });
  const outpost = world.ports.outposts.open(outpostName, world.ports.stores);
  let isBroken = true;
  const running = startIntake({
    ...outpost,
    crew: (trade) => ({
      ...outpost.crew(trade),
      work: (task) =>
        isBroken ? Promise.reject(new Error("A thread broke.")) : outpost.crew(trade).work(task),
    }),
  });
  expect((await world.store(anEvent())).status).toBe(503);
  isBroken = false;
  expect((await world.store(anEvent())).status).toBe(200);
  await running.close();
});

test("many bombs at once are turned away before they are all in memory, and honest events still come", async () => {
  await using world = await inbox();
  const bomb = gzipSync(
    Buffer.concat([
      Buffer.from('{}\n{"type":"transaction"}\n'),
      Buffer.alloc(29_000_000, "x"),
      Buffer.from(`\n{"type":"event"}\n${JSON.stringify(anEvent())}`),
    ]),
    { level: 1 },
  );
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => world.envelope(bomb, { "content-encoding": "gzip" })),
  );
  const statuses = answers.map((each) => each.status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  expect((await world.store(anEvent())).status).toBe(200);
});
