import { expect, test } from "bun:test";
import { outcome } from "../contract/shape.ts";
import { type NodeInTest, nodeInTest, revealed, token } from "./node.testing.ts";

const fans = "https://fans.example.org";
const values = JSON.stringify({ values: { country: "fr", age: "young" } });

async function withOrigins(more: object = {}) {
  const at = await nodeInTest({
    hasFoyer: true,
    run: { joining: "open", origins: [fans] },
    ...more,
  });
  const base = at.url.replace("ws", "http").replace(/\/ws$/, "");
  const ask = (path: string, origin: string | undefined, init: RequestInit = {}) =>
    fetch(`${base}${path}`, { ...init, headers: origin === undefined ? {} : { origin } });
  return { ...at, base, ask };
}

/** Whether a page of an origin gets its WebSocket. */
async function opens({ url }: Pick<NodeInTest, "url">, origin: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = new WebSocket(url, { headers: { origin } } as never);
  socket.onopen = () => resolve(true);
  socket.onerror = () => resolve(false);
  const isOpen = await promise;
  socket.close();
  return isOpen;
}

test("a page of an origin that nobody named counts nothing, joins nothing and hears nothing", async () => {
  await using at = await withOrigins();
  await at.order([revealed()]);
  const strangers = [
    "https://evil.example",
    "null",
    `${fans}.evil.example`,
    "http://fans.example.org",
  ];
  for (const origin of strangers) {
    for (const [path, init] of [
      ["/join", { method: "POST", body: values }],
      ["/join", { method: "OPTIONS" }],
      [`/answer?t=${token(1)}&q=0&c=1`, {}],
      ["/show", {}],
      ["/client.js", {}],
    ] as const) {
      const said = await at.ask(path, origin, init);
      expect([path, said.status]).toEqual([path, 403]);
      expect(said.headers.get("access-control-allow-origin")).toBeNull();
      expect(await said.text()).toContain("origins");
    }
    expect(await opens(at, origin)).toBe(false);
  }
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
});

test("a page of a named origin joins, hears and answers, and may read what it is told", async () => {
  await using at = await withOrigins();
  await at.order([revealed()]);
  const preflight = await at.ask("/join", fans, { method: "OPTIONS" });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
  const joined = await at.ask("/join", fans, { method: "POST", body: values });
  const { token: mine } = (await joined.json()) as { token: string };
  const answered = await at.ask(`/answer?t=${mine}&q=0&c=1`, fans);
  expect(await answered.json()).toMatchObject({ outcome: "recorded" });
  for (const said of [preflight, joined, answered]) {
    expect(said.headers.get("access-control-allow-origin")).toBe(fans);
    expect(said.headers.get("access-control-allow-credentials")).toBeNull();
    expect(said.headers.get("vary")).toContain("Origin");
  }
  expect(await opens(at, fans)).toBe(true);
  // The next request over the same connection is nobody's page.
  const plain = await at.ask("/show", undefined);
  expect(plain.headers.get("access-control-allow-origin")).toBeNull();
});

test("Castor's own pages need no name, wherever the audience reaches them, and what is no browser neither", async () => {
  await using at = await withOrigins();
  expect(await opens(at, new URL(at.base).origin)).toBe(true);
  // What `around` says of another node's address: its page sends players here.
  expect(await opens(at, "https://elsewhere")).toBe(true);
  const headers = { origin: "https://live.example.org", "sec-fetch-site": "same-origin" };
  const behind = await fetch(`${at.base}/join`, { method: "POST", body: values, headers });
  expect(behind.status).toBe(200);
  const bare = await at.ask("/join", undefined, { method: "POST", body: values });
  expect(bare.status).toBe(200);
});

test("a token in an address is in no cache, and no page passes it on", async () => {
  await using at = await withOrigins();
  await at.order([revealed()]);
  const said = await at.ask(`/answer?t=${token(1)}&q=0&c=1`, undefined);
  expect(said.headers.get("cache-control")).toBe("no-store");
  expect(await said.json()).toEqual({
    outcome: Object.keys(outcome)[outcome.recorded],
    choice: 1,
  });
  for (const path of ["/", "/screen"])
    expect((await at.ask(path, undefined)).headers.get("referrer-policy")).toBe("no-referrer");
});
