import { expect, test } from "bun:test";
import { origin, page, picture } from "../cache/cache.testing.ts";
import { Cache } from "../cache/cache.ts";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { until, world } from "../world.testing.ts";
import {
  converse,
  type Dialogue,
  type Fields,
  getting,
  headersOf,
  resetOf,
} from "./dialogue.testing.ts";

const adding = (...more: Fields): Fields => [...getting, ...more];
const statusOf = async (dialogue: Dialogue, stream: number): Promise<string | undefined> =>
  (await dialogue.answered(stream))[0];
const plain = { http2: { plain: true } };
type Rules = NonNullable<NonNullable<GatewaySnapshotInput["routes"]>[number]["rules"]>;

test("a hundred who want the same page at once over one connection are one request, and then none", async () => {
  using shop = origin(({ wire }) => {
    setTimeout(() => wire.send(page("fresh", 'Cache-Control: max-age=60\r\nETag: "a"\r\n')), 100);
  });
  using gate = world([shop], { snapshot: plain });
  gate.plane.cache = new Cache(gate.plane, picture);
  const dialogue = await converse(gate.port);
  const streams = Array.from({ length: 100 }, (_, i) => i * 2 + 1);
  dialogue.say(...streams.map((id) => headersOf(id)));
  for (const id of streams) {
    expect(await statusOf(dialogue, id)).toBe(":status: 200");
    expect(dialogue.body(id)).toBe("fresh");
  }
  dialogue.say(headersOf(201), headersOf(203, adding(["if-none-match", '"a"'])));
  dialogue.say(headersOf(205, adding(["range", "bytes=1-2"])));
  expect(await dialogue.answered(201)).toContainEqual(
    expect.stringMatching(/^cache-status: Castor; hit/),
  );
  expect(await statusOf(dialogue, 203)).toBe(":status: 304");
  expect(await statusOf(dialogue, 205)).toBe(":status: 206");
  expect(dialogue.body(205)).toBe("re");
  expect(shop.asked).toHaveLength(1);
});

test("one of many who wait for a page leaves, and the others get it", async () => {
  using shop = origin(({ wire }) => {
    setTimeout(() => wire.send(page("fresh")), 100);
  });
  using gate = world([shop], { snapshot: plain });
  gate.plane.cache = new Cache(gate.plane, picture);
  const dialogue = await converse(gate.port);
  dialogue.say(headersOf(1), headersOf(3), headersOf(5));
  await until(() => shop.asked.length === 1, "the request");
  dialogue.say(resetOf(1));
  expect(await statusOf(dialogue, 3)).toBe(":status: 200");
  expect(await statusOf(dialogue, 5)).toBe(":status: 200");
  expect(dialogue.fields(1)).toEqual([]);
});

const ruled: { what: string; rules: Rules; status: string; field: string }[] = [
  {
    what: "is redirected",
    rules: { redirect: { to: "https://new.example{path}", status: 308 } },
    status: ":status: 308",
    field: "location: https://new.example/",
  },
  {
    what: "must sign in",
    rules: { basicAuth: { realm: "a", users: { ann: "$2b$04$x" } } },
    status: ":status: 401",
    field: "castor-reason: gateway.sign-in-needed",
  },
  {
    what: "is a stranger",
    rules: { allow: ["192.0.2.1"] },
    status: ":status: 403",
    field: "castor-reason: gateway.address-not-allowed",
  },
];
test.each(ruled)("who $what is told so over HTTP/2", async ({ rules, status, field }) => {
  using shop = origin(({ wire }) => wire.send(page("here")));
  using gate = world([shop], { snapshot: plain, route: { rules } });
  const dialogue = (await converse(gate.port)).say(headersOf(1));
  expect(await statusOf(dialogue, 1)).toBe(status);
  expect(dialogue.fields(1)).toContain(field);
  expect(shop.asked).toHaveLength(0);
});

test("a rate limit counts each request of a connection", async () => {
  using shop = origin(({ wire }) => wire.send(page("here")));
  const limit = { name: "calm", by: "address" as const, everyMs: 60_000, burst: 2 };
  using gate = world([shop], { snapshot: plain, route: { rateLimits: [limit] } });
  const dialogue = await converse(gate.port);
  dialogue.say(headersOf(1), headersOf(3), headersOf(5));
  expect(await statusOf(dialogue, 3)).toBe(":status: 200");
  expect(await statusOf(dialogue, 5)).toBe(":status: 429");
  expect(dialogue.fields(5)).toContain("castor-reason: gateway.rate-limited.calm");
});

test("behind a trusted proxy each request has its own visitor and its own id", async () => {
  using shop = origin(({ wire }) => wire.send(page("here")));
  using gate = world([shop], { snapshot: { ...plain, trustedProxies: ["127.0.0.1"] } });
  const dialogue = await converse(gate.port);
  const from = (address: string, id: string): Fields =>
    adding(["x-forwarded-for", address], ["x-request-id", id], ["x-forwarded-proto", "https"]);
  dialogue.say(headersOf(1, from("192.0.2.1", "one")), headersOf(3, from("192.0.2.2", "two")));
  expect(await dialogue.answered(1)).toContain("x-request-id: one");
  expect(await dialogue.answered(3)).toContain("x-request-id: two");
  const texts = shop.asked.map(({ text }) => text).toSorted();
  expect(texts.join("")).toContain(
    "X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\nX-Forwarded-Proto: https",
  );
  expect(gate.tally.of("gateway.visitors", { service: "shop" })).toBe(2);
});
