import type { Event, ProcessState } from "#kernel";
import { expect, test } from "bun:test";
import {
  afterHealth,
  afterReport,
  changedSettings,
  declare,
  howItEnded,
  type Known,
  known,
  type KnownInstance,
  mayServe,
  wantedPlaces,
} from "./catalog.ts";
import { Config } from "./config.ts";
import { instancePlaced, instanceStarted, serviceDeclared } from "./contract.ts";

const twoShops = Config.parse({ services: { shop: { run: "bun shop.ts", instances: 2 } } });
const nothing: Known = { services: {}, instances: {} };

/** What is known after such facts. */
const after = (...events: Event[]): Known =>
  events.reduce(
    (now, event, i) =>
      known.apply(now, {
        event,
        at: i,
        position: i + 1,
        stream: event.stream ?? "catalog",
        version: i + 1,
        by: { kind: "system", id: "catalog" },
      }),
    known.empty(),
  );
const declared = (config: Config, now: Known, changed: string[] = []): Event[] => {
  const places = wantedPlaces(config, now).map((place, i) => ({
    ...place,
    port: place.port || 20_001 + i,
  }));
  return declare(config, now, { places, changed: () => changed });
};
const types = (events: readonly Event[]): string[] => events.map(({ type }) => type);

const shop: KnownInstance = {
  id: "shop-1",
  service: "shop",
  host: "127.0.0.1",
  port: 20_001,
  state: "running",
  pid: 7,
  health: "healthy",
  healthSince: 0,
  why: "",
};
const report = (state: ProcessState["state"], more: Partial<ProcessState> = {}): ProcessState => ({
  id: "shop-1",
  kind: "service",
  state,
  restarts: 0,
  at: 0,
  ...more,
});

test("a new service is declared and its instances placed", () => {
  expect(types(declared(twoShops, nothing))).toEqual([
    "catalog.service-declared",
    "catalog.instance-placed",
    "catalog.instance-placed",
  ]);
});

test("what is already so is no fact", () => {
  expect(declared(twoShops, after(...declared(twoShops, nothing)))).toEqual([]);
});

test("an instance keeps its port for life", () => {
  const now = after(...declared(twoShops, nothing));
  const three = Config.parse({ services: { shop: { run: "bun shop.ts", instances: 3 } } });
  expect(wantedPlaces(three, now).map(({ port }) => port)).toEqual([20_001, 20_002, 0]);
});

test("ports count up from the one that is given", () => {
  const fixed = Config.parse({ services: { shop: { run: "x", instances: 3, port: 3000 } } });
  expect(wantedPlaces(fixed, nothing).map(({ port }) => port)).toEqual([3000, 3001, 3002]);
});

test("fewer instances withdraw the last ones, and the service is told to have changed", () => {
  const now = after(...declared(twoShops, nothing));
  const one = Config.parse({ services: { shop: { run: "bun shop.ts" } } });
  const events = declared(one, now);
  expect(types(events)).toEqual(["catalog.instance-withdrawn", "catalog.service-changed"]);
  expect(events[0]?.data).toMatchObject({ instance: "shop-2" });
  expect(Object.keys(after(...declared(twoShops, nothing), ...events).instances)).toEqual([
    "shop-1",
  ]);
});

test("a service that is gone is withdrawn with all its instances", () => {
  const before = declared(twoShops, nothing);
  const events = declared(Config.parse({}), after(...before));
  expect(after(...before, ...events)).toEqual(nothing);
});

test("an address that already serves is taken as it is", () => {
  const blog = Config.parse({
    services: { blog: { url: ["http://localhost:2368", "http://[::1]/"] } },
  });
  expect(wantedPlaces(blog, nothing)).toEqual([
    { id: "blog-1", service: "blog", host: "localhost", port: 2368, url: "http://localhost:2368" },
    { id: "blog-2", service: "blog", host: "::1", port: 80, url: "http://[::1]" },
  ]);
});

test("what changed is told by name, never by value", () => {
  const secret = Config.parse({
    services: { shop: { run: "bun shop.ts", env: { KEY: "s3cret" }, instances: 2 } },
  });
  const what = changedSettings(twoShops.services["shop"], secret.services["shop"]);
  expect(what).toEqual(["env"]);
  const events = declared(secret, after(...declared(twoShops, nothing)), what);
  expect(types(events)).toEqual(["catalog.service-changed"]);
  expect(JSON.stringify(events)).not.toContain("s3cret");
});

test("a start is a fact once per process", () => {
  expect(types(afterReport(shop, report("running", { pid: 8 }), true))).toEqual([
    "catalog.instance-started",
  ]);
  expect(afterReport(shop, report("running", { pid: 7 }), true)).toEqual([]);
});

test("an end is told with its reason", () => {
  const [event] = afterReport(shop, report("exited", { signal: "SIGKILL", asked: false }), true);
  expect(event?.data).toMatchObject({ why: "killed by SIGKILL", asked: false });
});

test("a crash loop is told once, and ends only when a check passes", () => {
  const looping = { ...shop, state: "crash-looping" as const, health: "unknown" as const };
  const again = report("crash-looping", { code: 1, restarts: 5 });
  expect(types(afterReport(shop, again, true))).toEqual(["catalog.instance-crash-looping"]);
  expect(afterReport(looping, again, true)).toEqual([]);
  const up = report("running", { pid: 9, restarts: 6 });
  expect(afterReport(looping, up, true)).toEqual([]);
  expect(types(afterHealth(looping, { healthy: true, why: "" }, up))).toEqual([
    "catalog.instance-started",
    "catalog.instance-healthy",
  ]);
});

test("without checks, a start ends a crash loop", () => {
  const looping = { ...shop, state: "crash-looping" as const };
  const up = report("running", { pid: 9 });
  expect(types(afterReport(looping, up, false))).toEqual(["catalog.instance-started"]);
});

test("health is a fact only when it changes", () => {
  const well = { healthy: true, why: "fine" };
  const ill = { healthy: false, why: "bad" };
  expect(afterHealth(shop, well, undefined)).toEqual([]);
  expect(types(afterHealth(shop, ill, undefined))).toEqual(["catalog.instance-unhealthy"]);
  expect(afterHealth({ ...shop, health: "unhealthy" }, ill, undefined)).toEqual([]);
});

test("visitors may be sent to what runs and is not known to be unwell", () => {
  const at = { instance: "shop-1", service: "shop", host: "127.0.0.1", port: 1 };
  const placed = after(
    serviceDeclared({ service: "shop", kind: "process", instances: 1 }),
    instancePlaced(at),
  ).instances["shop-1"];
  const started = after(
    instancePlaced(at),
    instanceStarted({ instance: "shop-1", service: "shop", pid: 1, restarts: 0 }),
  ).instances["shop-1"];
  if (!placed || !started) throw new Error("It was placed.");
  const known_: [KnownInstance, boolean][] = [
    [placed, false],
    [started, true],
    [{ ...started, health: "unhealthy" }, false],
    [{ ...started, state: "exited" }, false],
    [{ ...started, state: "external", health: "unknown" }, true],
  ];
  for (const [instance, expected] of known_) expect(mayServe(instance, false)).toBe(expected);
});

test("how a process ended is told in words", () => {
  expect(howItEnded(report("exited", { code: 3 }))).toBe("exit code 3");
  expect(howItEnded(report("exited", { signal: "SIGTERM", asked: true }))).toBe(
    "it ended at SIGTERM",
  );
  expect(howItEnded(report("exited", { code: 127, error: "ENOENT" }))).toContain("ENOENT");
  expect(howItEnded(report("exited"))).toContain("nobody knows");
});

test("a configuration that cannot be right is refused", () => {
  const bad: unknown[] = [
    { shop: {} },
    { shop: { run: "x", url: "http://localhost:1" } },
    { shop: { url: "localhost:3000" } },
    { shop: { url: "http://localhost:3000/path" } },
    { shop: { run: "x", instances: 0 } },
    { shop: { run: "x", helth: {} } },
    { shop: { run: "x", env: { "A-B": "1" } } },
    { Shop: { run: "x" } },
    { gateway: { run: "x" } },
  ];
  for (const services of bad) expect(Config.safeParse({ services }).success).toBe(false);
});
