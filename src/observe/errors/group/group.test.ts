import { expect, test } from "bun:test";
import { join } from "node:path";
import { corpus, eventIn, hasCorpus, withEvent } from "../inbox.testing.ts";
import { readEvent } from "../event/read-event.ts";
import { groupOf } from "./group.ts";
import { normalise } from "./normalise.ts";

/** The bug behind each recording, as a person would sort them. */
const bugs: Readonly<Record<string, RegExp>> = {
  "no price for a booking (today's shop)": /^(node|bun)11-(uncaught|bare|cause|http|pii|trace)\./,
  "no price, set apart by fingerprint": /^(node|bun)11-context\./,
  "no price for a booking (the old shop)": /^node(7|8|10)-(uncaught|cause|big|trace)\./,
  "a payout without currency": /^python[\d.]+-(uncaught|cause|thread|trace|big|pii)\./,
  "a payout without currency, set apart by fingerprint": /^python[\d.]+-context\./,
  "a payout failed, in the log": /^python[\d.]+-logging\./,
  "python's message": /^python[\d.]+-message\./,
  "a refund is too large": /^(node|bun)11-rejection\./,
  "an object was rejected": /^(node|bun)11-rejection-nonerror\./,
  "a string was thrown": /^(node|bun)11-string\./,
  "several gateways failed": /^(node|bun)11-aggregate\./,
  "a payout file is late": /^(node|bun)11-message\./,
  "late, in the old shop": /^node(7|8|10)-message\./,
  flood: /^node11-(ratelimit|429retry|413|flood)\./,
  "the cart has no cents": /^browser11-(onerror|caught|tunnel|breadcrumbs)\./,
  "an event was thrown": /^browser11-event\./,
  "nothing was rejected": /^browser11-rejection-undefined\./,
  "in eval": /^browser11-eval\./,
  "from the command line": /^sentrycli/,
};

test.skipIf(!hasCorpus)("recorded events fall into the groups that a person would make", () => {
  const groups = new Map<string, Set<string>>();
  const ways = new Map<string, string>();
  for (const file of corpus(withEvent)) {
    const bug = Object.entries(bugs).find(([, pattern]) => pattern.test(file))?.[0] ?? file;
    // As the inbox looks: a way that is known leads to its issue, whatever was said.
    const { exact, near } = groupOf(readEvent(eventIn(file)));
    const issue = ways.get(exact) ?? near;
    ways.set(exact, issue);
    groups.set(issue, (groups.get(issue) ?? new Set()).add(bug));
  }
  const together = [...groups.values()].map((each) => [...each]);
  expect(together.filter((each) => each.length > 1)).toEqual([]);
  const apart = together.flat();
  expect(apart.filter((bug, at) => apart.indexOf(bug) !== at)).toEqual([]);
  expect(apart.length).toBeGreaterThan(15);
});

test("one program with SDK 7, 8, 10 and 11, whose error is caught, uncaught and a message: one bug, one message", async () => {
  // Recorded of `@sentry/node` 7.120, 8.55, 10.20 and 11.12 in Node 20; stacks, messages and SDK names only.
  const all = await Bun.file(join(import.meta.dir, "same-bugs.json")).json();
  const events = (all as Record<string, unknown>[]).map(readEvent);
  expect(new Set(events.map(({ sdk }) => sdk?.version.split(".")[0])).size).toBe(4);
  const nears = events.map((event) => [event.title.type, groupOf(event).near] as const);
  const of = (isMessage: boolean) =>
    nears.filter(([type]) => type.startsWith("payout") === isMessage).map(([, near]) => near);
  expect([of(false).length, new Set(of(false)).size]).toEqual([8, 1]);
  expect([of(true).length, new Set(of(true)).size]).toEqual([4, 1]);
});

const thrown = (
  value: string,
  frames: object[],
  more: Record<string, unknown> = {},
): ReturnType<typeof readEvent> =>
  readEvent({
    platform: "node",
    exception: { values: [{ type: "TypeError", value, stacktrace: { frames } }] },
    ...more,
  });
const frame = (name: string, file = "/srv/app/a.js"): object => ({
  function: name,
  filename: file,
  in_app: true,
});

test("another way to the same crash is the same issue and another variant", () => {
  const one = groupOf(thrown("no price for 1", [frame("main"), frame("priceOf")]));
  const other = groupOf(thrown("no price for 2", [frame("job"), frame("priceOf")]));
  expect(one.near).toBe(other.near);
  expect(one.exact).not.toBe(other.exact);
  expect([one.why, other.why].map((why) => why.slice(why.indexOf(" at ")))).toEqual([
    " at priceOf in app/a, called by main",
    " at priceOf in app/a, called by job",
  ]);
});

test("another error at the same place, or the same at another, is another issue", () => {
  const one = groupOf(thrown("no price", [frame("priceOf")])).near;
  expect(groupOf(thrown("no currency", [frame("priceOf")])).near).not.toBe(one);
  expect(groupOf(thrown("no price", [frame("cartOf")])).near).not.toBe(one);
});

test("a new build, another folder or another host moves nothing", () => {
  const of = (file: string): string => groupOf(thrown("no price", [frame("priceOf", file)])).near;
  expect(of("https://a.example/assets/cart-1a2b3c4d.js?v=1")).toBe(
    of("https://cdn.example/assets/cart-9f8e7d6c.js"),
  );
  expect(of("/srv/releases/app/lib/cart.js")).toBe(of("C:\\apps\\app\\lib\\cart.js"));
});

test("recursion of any depth is one variant", () => {
  const deep = (n: number): string =>
    groupOf(thrown("too deep", [frame("main"), ...Array.from({ length: n }, () => frame("walk"))]))
      .exact;
  expect(deep(3)).toBe(deep(200));
});

test("a fingerprint decides, and {{ default }} in it stands for what Castor would have said", () => {
  const of = (fingerprint: string[], value = "a"): string =>
    groupOf(thrown(value, [frame("f")], { fingerprint })).near;
  expect(of(["x"], "a")).toBe(of(["x"], "b"));
  expect(of(["x"])).not.toBe(of(["y"]));
  expect(of(["{{ default }}", "x"], "a")).not.toBe(of(["{{ default }}", "x"], "b"));
  expect(of(["{{default}}"])).toBe(groupOf(thrown("a", [frame("f")])).near);
});

test("without a stack, what it says and its transaction tell bugs apart", () => {
  const of = (value: string, transaction: string): string =>
    groupOf(thrown(value, [], { transaction })).near;
  expect(of("timeout after 31 ms", "/a")).toBe(of("timeout after 7 ms", "/a"));
  expect(of("timeout after 31 ms", "/a")).not.toBe(of("timeout after 31 ms", "/b"));
  expect(of("refused", "/a")).not.toBe(of("timeout", "/a"));
});

test("a message is known by its template, whatever was put in", () => {
  const of = (message: string, formatted: string): string =>
    groupOf(readEvent({ logentry: { message, formatted } })).near;
  expect(of("payout %s failed", "payout 1 failed")).toBe(of("payout %s failed", "payout 2 failed"));
  expect(of("payout %s failed", "x")).not.toBe(of("refund %s failed", "x"));
});

test("what differs each time is taken out of a message, names of the program stay", () => {
  const cases: [string, string][] = [
    ["user jane@example.org not found", "user <email> not found"],
    ["GET https://a.example/x?y=1 failed", "GET <url> failed"],
    ["order 3f2a9c1e-1111-4222-8333-0123456789ab gone", "order <uuid> gone"],
    ["connect ECONNREFUSED 10.0.0.1:5432", "connect ECONNREFUSED <ip>"],
    ["at 2026-11-22T04:28:49.096Z", "at <date>"],
    ["took 35 ms, 17 rows", "took <duration>, <n> rows"],
    ["0xdeadbeef and 5d41402abc4b2a76b9719d911017c592", "<hex> and <hash>"],
    ["reading 'price'", "reading 'price'"],
    ['unexpected token in "some words here"', "unexpected token in <text>"],
    ["payout po_8812 failed", "payout <id> failed"],
    ["ENOENT: open '/tmp/upload/8812.png'", "ENOENT: open <text>"],
  ];
  for (const [given, expected] of cases) expect(normalise(given)).toBe(expected);
});

test("normalising ends soon on a text that was made to be slow", () => {
  for (const part of ["a@", "1.", "0:", "/a", "-1", "'", "ab_", "1 "]) {
    const evil = part.repeat(20_000);
    const startedAt = performance.now();
    normalise(evil);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
});
