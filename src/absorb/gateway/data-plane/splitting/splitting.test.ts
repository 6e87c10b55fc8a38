import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answering, Backend, get, ok, until, world } from "../world.testing.ts";
import type { SplitTarget } from "../../contract.ts";

let [blue, green]: Backend[] = [];
beforeAll(() => {
  blue = new Backend(answering(ok("blue")));
  green = new Backend(answering(ok("green")));
});
afterAll(() => {
  blue?.stop();
  green?.stop();
});

const instances = (id: string, backend: Backend | undefined) => [
  { id: `${id}-1`, host: "127.0.0.1", port: backend?.port ?? 0 },
];
const services = () => [
  { id: "blue", instances: instances("blue", blue) },
  { id: "green", instances: instances("green", green) },
];
const visitors = Array.from({ length: 400 }, (_, i) => `198.51.${i >> 8}.${i & 255}`);

type Route = { split?: Partial<SplitTarget>; mirror?: { service: string; share: number } };
function gateOf({ split, mirror }: Route) {
  const route = {
    ...{ id: "all", service: "blue" },
    ...(split ? { split: { shares: [], ...split } } : {}),
    ...(mirror ? { mirror } : {}),
  };
  return world([], {
    snapshot: { routes: [route], services: services(), trustedProxies: ["127.0.0.1"] },
  });
}

/** Who is answered by green. */
async function inGreen(gate: ReturnType<typeof gateOf>, lines = ""): Promise<Set<string>> {
  const found = new Set<string>();
  const wire = await gate.dial();
  for (const visitor of visitors) {
    const before = wire.receivedBytes;
    wire.send(get("/", `X-Forwarded-For: ${visitor}\r\n${lines}`));
    await until(() => wire.receivedBytes > before && /(blue|green)$/.test(wire.text), "an answer");
    if (wire.text.endsWith("green")) found.add(visitor);
    wire.received = Buffer.alloc(0);
  }
  wire.hangUp();
  return found;
}
const shares = (green: number) => [
  { service: "blue", weight: 100 - green },
  { service: "green", weight: green },
];

describe("a split", () => {
  test("gives each service its share, and each visitor always the same one", async () => {
    using gate = gateOf({ split: { shares: shares(20) } });
    const first = await inGreen(gate);
    expect(first.size).toBeGreaterThan(40);
    expect(first.size).toBeLessThan(130);
    expect(await inGreen(gate)).toEqual(first);
  });

  test("that grows keeps everybody it had, and one that is whole has everybody", async () => {
    using gate = gateOf({ split: { shares: shares(20) } });
    const before = await inGreen(gate);
    for (const weight of [50, 100]) {
      const routes = [{ id: "all", service: "blue", split: { shares: shares(weight) } }];
      gate.plane.apply({ ...gate.snapshot, routes });
      expect((await inGreen(gate)).isSupersetOf(before)).toBe(true);
    }
    expect((await inGreen(gate)).size).toBe(visitors.length);
  });

  test("goes by a cookie or a header where it is told to, and by address for who has none", async () => {
    using byCookie = gateOf({ split: { shares: shares(50), by: { cookie: "who" } } });
    const [one, other] = [
      await inGreen(byCookie, "Cookie: a=b; who=ann\r\n"),
      await inGreen(byCookie),
    ];
    expect([0, visitors.length]).toContain(one.size);
    expect(other.size).toBeGreaterThan(100);
    using byHeader = gateOf({ split: { shares: shares(50), by: { header: "X-User" } } });
    expect([0, visitors.length]).toContain((await inGreen(byHeader, "X-User: ann\r\n")).size);
  });

  test("lets some in always, by header, cookie or address", async () => {
    const [first = ""] = visitors;
    const always = [
      { service: "green", addresses: [first] },
      { service: "green", addresses: [], header: { name: "X-Preview", value: "yes" } },
      { service: "green", addresses: [], cookie: { name: "preview", value: "yes" } },
    ];
    using gate = gateOf({ split: { shares: shares(0), always } });
    expect(await inGreen(gate)).toEqual(new Set([first]));
    expect((await inGreen(gate, "x-preview: yes\r\n")).size).toBe(visitors.length);
    expect((await inGreen(gate, "Cookie: preview=yes\r\n")).size).toBe(visitors.length);
  });
});

describe("a mirror", () => {
  test("gets copies that say so, and its answers and failures are nobody's", async () => {
    const mirror = new Backend(answering(ok("mirrored")));
    using gate = world([], {
      snapshot: {
        routes: [{ id: "all", service: "blue", mirror: { service: "copy", share: 1 } }],
        services: [...services(), { id: "copy", instances: instances("copy", mirror) }],
      },
    });
    expect(await gate.ask(get("/a", "Connection: close\r\n"))).toEndWith("blue");
    await until(() => mirror.text.includes("GET /a "), "the copy");
    expect(mirror.text).toContain("Castor-Mirror: 1\r\n");
    expect(blue?.text).not.toContain("Castor-Mirror");
    mirror.stop();
    expect(await gate.ask(get("/b", "Connection: close\r\n"))).toEndWith("blue");
    const counted = (outcome: string) =>
      gate.tally.of("gateway.mirrored", { route: "all", service: "copy", outcome });
    await until(() => counted("answered") === 1 && counted("failed") === 1, "both copies");
    expect(gate.tally.of("gateway.requests", { route: "all", service: "copy", class: "2xx" })).toBe(
      0,
    );
  });

  test("gets no copy of what changes something", async () => {
    using gate = gateOf({ mirror: { service: "green", share: 1 } });
    const before = green?.requestCount;
    const post = "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    expect(await gate.ask(post)).toEndWith("blue");
    expect(await gate.ask(get("/", "Connection: close\r\n"))).toEndWith("blue");
    await until(() => green?.requestCount === (before ?? 0) + 1, "the copy of the second");
    expect(green?.text).not.toContain("POST /x");
  });
});

test("a withdrawn instance has until the drain time, then what still runs there is cut off", async () => {
  const silent = new Backend(() => {});
  using gate = world([silent], { snapshot: { drainMs: 300 } });
  const wire = await gate.dial();
  wire.send(get());
  await until(() => silent.requestCount === 1, "the request");
  const services = [{ id: "shop", instances: instances("shop", blue) }];
  gate.plane.apply({ ...gate.snapshot, services });
  expect(await wire.says("gateway.drained")).toStartWith("HTTP/1.1 503 ");
  expect(await gate.ask(get("/", "Connection: close\r\n"))).toEndWith("blue");
  wire.hangUp();
  silent.stop();
});
