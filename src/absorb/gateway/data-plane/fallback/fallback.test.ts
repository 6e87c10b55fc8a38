import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { answering, Backend, get, ok, until, type Wire, world } from "../world.testing.ts";
import type { Cause } from "./settings.ts";

const closing = "Connection: close\r\n";
const html = "Accept: text/html\r\n";
const spare = new Backend(answering(ok("spare")));
const gone = new Backend(() => {});
gone.stop();
const failing = new Backend((wire: Wire) => {
  wire.send("HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbang");
  wire.socket?.end();
});
const silent = new Backend(() => {});
const folder = mkdtempSync(join(tmpdir(), "castor-pages-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const each of [spare, failing, silent]) each.stop();
});

type Route = NonNullable<GatewaySnapshotInput["routes"]>[number];
type Service = NonNullable<GatewaySnapshotInput["services"]>[number];
const at = (id: string, port: number, more: Partial<Service> = {}): Service => ({
  id,
  instances: [{ id: `${id}-1`, host: "127.0.0.1", port }],
  ...more,
});

/** A shop in front of this instance, with a spare service behind it. */
function withSpare(
  port: number,
  more: { on?: Cause[]; route?: Partial<Route>; shop?: Partial<Service> },
) {
  const fallback = { service: "spare", ...(more.on ? { on: more.on } : {}) };
  return world([], {
    snapshot: {
      routes: [{ id: "all", service: "shop", fallback, ...more.route }],
      services: [at("shop", port, more.shop), at("spare", spare.port)],
    },
  });
}

test("what the service cannot answer goes to the fallback, and the answer says why", async () => {
  const cases: [number, Cause, Partial<Route>][] = [
    [gone.port, "connect-failed", {}],
    [failing.port, "5xx", {}],
    [silent.port, "no-answer", { timeouts: { responseHeaderMs: 150 } }],
  ];
  for (const [port, cause, route] of cases) {
    using gate = withSpare(port, { route });
    const said = await gate.ask(get("/", closing));
    expect(said).toEndWith("\r\n\r\nspare");
    expect(said).toContain(`Castor-Reason: gateway.fallback.${cause}\r\n`);
    expect(gate.plane.stats().services.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    expect(gate.plane.stats().services[0]?.instances[0]).toMatchObject({ inFlight: 0, open: 0 });
  }
});

test("a service that is left alone has its visitors at the fallback", async () => {
  const care = { breaker: { requestsMin: 2 } };
  using gate = withSpare(failing.port, { shop: { care } });
  for (let i = 0; i < 2; i++) await gate.ask(get("/", closing));
  const before = failing.wires.length;
  const said = await gate.ask(get("/", closing));
  expect(said).toContain("Castor-Reason: gateway.fallback.breaker\r\n");
  expect(failing.wires.length).toBe(before);
});

test("what may not be repeated, and causes that are not named, do not go there", async () => {
  using gate = withSpare(gone.port, { on: ["5xx"] });
  expect(await gate.ask(get("/", closing))).toContain("gateway.connect-failed");
  using other = withSpare(failing.port, { on: ["connect-failed"] });
  expect(await other.ask(get("/", closing))).toEndWith("bang");
  using all = withSpare(failing.port, {});
  const post = `POST / HTTP/1.1\r\nHost: a\r\n${closing}Content-Length: 0\r\n\r\n`;
  expect(await all.ask(post)).toEndWith("bang");
});

test("a fallback that fails too is told by its own reason, once", async () => {
  using gate = world([], {
    snapshot: {
      routes: [{ id: "all", service: "shop", fallback: { service: "spare" } }],
      services: [at("shop", gone.port), at("spare", gone.port)],
    },
  });
  const said = await gate.ask(get("/", closing));
  expect(said).toStartWith("HTTP/1.1 502 ");
  expect(said).toContain("Castor-Reason: gateway.connect-failed\r\n");
  expect(gate.plane.stats().services.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
});

const pages = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

test("own pages: the reason's before the status's before all such; what is filled in is escaped", async () => {
  pages({
    "gateway.connect-failed.html": "<p>{reason} {request-id} {status} {says}</p>",
    "5xx.html": "<p>any {retry-after}</p>",
  });
  using gate = world([gone], { snapshot: { pages: { folder } } });
  const said = await gate.ask(get("/", html + closing));
  expect(said).toMatch(
    /<p>gateway\.connect-failed [\da-f-]{36} 502 The service could not be reached\.<\/p>$/,
  );
  expect(await gate.ask(get("/", closing))).toContain('"reason":"gateway.connect-failed"');
  using none = world([], { snapshot: { pages: { folder } } });
  expect(await none.ask(get("/", html + closing))).toEndWith("<p>any 5</p>");
  pages({ "503.html": "<b>{title} &amp; {unknown}</b>" });
  none.plane.lookAtFiles();
  expect(await none.ask(get("/", html + closing))).toEndWith(
    "<b>Service Unavailable &amp; {unknown}</b>",
  );
  rmSync(join(folder, "503.html"));
});

test("a route has its own pages, and leaves the rest to the default; a folder that is not there changes nothing", async () => {
  const own = mkdtempSync(join(tmpdir(), "castor-own-pages-"));
  writeFileSync(join(own, "503.html"), "<p>the shop's own</p>");
  using gate = world([gone], {
    snapshot: { pages: { folder } },
    route: { pages: { folder: own } },
  });
  expect(await gate.ask(get("/", html + closing))).toContain("<p>gateway.connect-failed ");
  using empty = world([], { route: { pages: { folder: own } } });
  expect(await empty.ask(get("/", html + closing))).toEndWith("<p>the shop's own</p>");
  using lost = world([], { snapshot: { pages: { folder: join(own, "nowhere") } } });
  expect(await lost.ask(get("/", html + closing))).toContain("gateway.no-instance");
  rmSync(own, { recursive: true });
});

test("own pages stand in for the service's errors where they are to, for browsers only", async () => {
  using gate = world([failing], { snapshot: { pages: { folder, replace: true } } });
  const said = await gate.ask(get("/", html + closing));
  expect(said).toStartWith("HTTP/1.1 500 ");
  expect(said).toContain("Castor-Reason: gateway.origin-error\r\n");
  expect(said).toEndWith("<p>any </p>");
  expect(await gate.ask(get("/", closing))).toEndWith("bang");
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "the end");
  expect(gate.plane.stats().services[0]?.instances[0]).toMatchObject({ inFlight: 0, open: 0 });
});

test("the plain page says what happened and what to do, in the visitor's language, and asks for nothing", async () => {
  using gate = world([]);
  const english = await gate.ask(get("/", html + closing));
  expect(english).toContain('<html lang="en">');
  expect(english).toContain("No instance of this service is there to answer.");
  expect(english).toContain("Nothing you did is wrong.");
  expect(english).toContain("503 gateway.no-instance");
  expect(english).toMatch(/Content-Security-Policy: default-src 'none'; style-src 'sha256-/);
  const french = await gate.ask(get("/", `${html}Accept-Language: fr-CA, en;q=0.8\r\n${closing}`));
  expect(french).toContain('<html lang="fr">');
  expect(french).toContain(Buffer.from("Cette page a besoin d’un instant").toString("latin1"));
});
