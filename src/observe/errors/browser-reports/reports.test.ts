import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { issues, items, occurrence } from "../contract.ts";
import { readEvent } from "../event/read-event.ts";
import { groupOf } from "../group/group.ts";
import { inbox } from "../inbox.testing.ts";
import { readReports } from "./reports.ts";

const page = "https://shop.example/cart?token=secret#top";
type Fields = Record<string, unknown>;
const old = (fields: Fields): Fields => ({
  "csp-report": { "document-uri": page, "blocked-uri": "https://cdn.example/a.js?x=1", ...fields },
});
const modern = (fields: Fields, more: Fields = {}): Fields => ({
  ...{ type: "csp-violation", age: 3, url: page, user_agent: "Firefox/149", ...more },
  body: {
    documentURL: page,
    blockedURL: "https://cdn.example/a.js",
    disposition: "report",
    ...fields,
  },
});
const made = (body: unknown) => readReports(body, { agent: "Chrome/156" });
const eventIn = (body: unknown): Fields => made(body)?.events[0] ?? {};
const titleIn = (body: unknown): string => readEvent(eventIn(body)).title.type;
const nearIn = (body: unknown): string => groupOf(readEvent(eventIn(body))).near;

describe("a violation", () => {
  test("says what was blocked and from where, without what a query may hold", () => {
    const read = eventIn(
      old({
        "violated-directive": "script-src 'self' https://x",
        "source-file": `${page}`,
        "line-number": 3,
      }),
    );
    expect(readEvent(read)).toMatchObject({
      title: { type: "Blocked script from cdn.example" },
      ...{ level: "error", logger: "csp", culprit: "cart", url: "https://shop.example/cart" },
    });
    expect(JSON.stringify(read)).not.toMatch(/secret|x=1/);
  });
  test("is the same matter from every browser, and another from another source", () => {
    const same = [
      old({ "violated-directive": "script-src 'self'" }),
      old({ "effective-directive": "script-src-elem", "violated-directive": "script-src-elem" }),
      modern({ effectiveDirective: "script-src-elem" }),
    ].map(nearIn);
    expect(new Set(same).size).toBe(1);
    const others = [
      modern({ effectiveDirective: "style-src-elem" }),
      modern({ effectiveDirective: "script-src-elem", blockedURL: "https://evil.example/a.js" }),
      modern({ effectiveDirective: "script-src-elem", blockedURL: "inline" }),
      modern({ effectiveDirective: "script-src-attr", blockedURL: "inline" }),
    ].map(nearIn);
    expect(new Set([...same, ...others]).size).toBe(5);
  });
  test.each([
    [{ "violated-directive": "script-src 'self'", "blocked-uri": "" }, "Blocked inline script"],
    [{ "violated-directive": "style-src", "blocked-uri": "self" }, "Blocked inline style"],
    [
      { "effective-directive": "script-src-attr", "blocked-uri": "inline" },
      "Blocked an inline handler",
    ],
    [{ "effective-directive": "script-src", "blocked-uri": "eval" }, "Blocked eval in a script"],
    [
      { "effective-directive": "img-src", "blocked-uri": "data:image/png;base64,AA" },
      "Blocked image from data",
    ],
    [{ "effective-directive": "form-action" }, "Blocked a form to cdn.example"],
    [{ "effective-directive": "frame-ancestors" }, "Blocked framing by cdn.example"],
    [
      {
        "effective-directive": "require-trusted-types-for",
        ...{ "blocked-uri": "trusted-types-sink", "script-sample": "Element innerHTML|<b>" },
      },
      "Blocked a text for Element innerHTML",
    ],
  ])("%o reads as %s", (fields, title) => expect(titleIn(old(fields))).toBe(title));
});

test.each([
  { "source-file": "chrome-extension" },
  { "source-file": "moz-extension://3f2a/inject.js" },
  { "blocked-uri": "safari-web-extension://a/b" },
  { "blocked-uri": "chromeinvokeimmediate://x" },
  { "blocked-uri": "https://gc.kis.v2.scr.kaspersky-labs.com/x/main.js" },
  { "blocked-uri": "http://127.0.0.1:1080/p.js" },
  { "blocked-uri": "http://100.64.3.2/p.js" },
  { "blocked-uri": "http://[fd12::1]/p.js" },
  { "document-uri": "about" },
  { "document-uri": "https://shop-example.translate.goog/cart" },
])("%o is what a visitor's own software did", (fields) =>
  expect(made(old({ "effective-directive": "script-src-elem", ...fields }))).toMatchObject({
    ...{ events: [], noise: 1, others: 0 },
  }),
);

test("who serves what others find injected still hears of it", () => {
  const own = "https://www.adguard.com/";
  const fields = { "document-uri": own, "blocked-uri": `${own}a.js`, "source-file": own };
  expect(made(old({ "effective-directive": "script-src", ...fields }))?.noise).toBe(0);
});

test.each(["https://10.example/a.js", "https://1.1.1.1/a.js", "https://[2606:4700::1111]/a.js"])(
  "%p is no machine of the visitor",
  (blocked) =>
    expect(made(old({ "effective-directive": "script-src", "blocked-uri": blocked }))?.noise).toBe(
      0,
    ),
);

test("a list of the Reporting API is read one by one, and what nobody could mend is counted", () => {
  const list = [
    modern({ effectiveDirective: "img-src" }),
    {
      type: "deprecation",
      url: page,
      body: { id: "Unload", message: "unload is going", sourceFile: page },
    },
    { type: "crash", url: page, body: { reason: "oom" } },
    { type: "intervention", url: page, body: { id: "A", sourceFile: "chrome-extension://x/y.js" } },
    { type: "csp-hash", url: page, body: { hash: "sha256-x" } },
    { type: "never-heard-of", body: {} },
  ];
  const read = made(list);
  expect([read?.noise, read?.others]).toEqual([1, 2]);
  const told = read?.events.map(readEvent).map(({ title, level }) => `${level}: ${title.type}`);
  expect(told).toEqual([
    "warning: Blocked image from cdn.example",
    "info: deprecation: unload is going",
    "error: crash: oom",
  ]);
  for (const none of ["x", 1, null]) expect(made(none)).toBeUndefined();
});

test("reports reach the inbox at the address for them; noise is only counted", async () => {
  await using world = await inbox();
  const at = `/api/1/security/?sentry_key=${"a".repeat(32)}&sentry_release=shop@1`;
  const send = (body: unknown): Promise<Response> =>
    world.send(at, JSON.stringify(body), { "content-type": "application/reports+json" });
  const violation = modern({
    effectiveDirective: "script-src-elem",
    sourceFile: "https://shop.example/app.js",
  });
  const noise = modern({ effectiveDirective: "img-src", sourceFile: "moz-extension" });
  expect((await send([violation, noise])).status).toBe(200);
  expect((await send(old({ "violated-directive": "script-src 'self'" }))).status).toBe(200);
  expect((await send("no report")).status).toBe(400);
  await world.settle();
  const { issues: found } = await world.castor.ask(issues, issues.input.parse({}));
  expect(found.map(({ events }) => events)).toEqual([2]);
  const shown = await world.castor.ask(occurrence, { issue: found[0]?.id ?? "", event: "first" });
  expect(shown).toMatchObject({
    ...{ title: "Blocked script from cdn.example", release: "shop@1" },
    exceptions: [{ frames: [{ file: "https://shop.example/app.js" }] }],
  });
  const counted = (outcome: string): number | undefined =>
    world.ports.counters.total(
      items,
      { from: 0, to: Number.MAX_SAFE_INTEGER },
      {
        where: { category: "security", outcome },
      },
    )[0]?.value;
  expect(["kept", "noise", "refused"].map(counted)).toEqual([2, 1, 1]);
});

const recordings = join(import.meta.dir, "../../../../../shared/data/csp-reports");
test.skipIf(!existsSync(recordings))(
  "of what Chromium sent, what an extension did is noise and the rest is not",
  () => {
    const files = readdirSync(recordings).filter((name) => name.endsWith("-post.json"));
    const read = files.map((name) =>
      made(JSON.parse(readFileSync(join(recordings, name), "utf8"))),
    );
    expect(read.every((each) => each !== undefined)).toBe(true);
    const sum = (of: "noise" | "others"): number =>
      read.reduce((all, each) => all + (each?.[of] ?? 0), 0);
    expect(sum("noise")).toBeGreaterThan(0);
    const groups = new Set(
      read.flatMap((each) => each?.events ?? []).map((each) => groupOf(readEvent(each)).near),
    );
    expect(groups.size).toBeLessThan(60);
  },
);
