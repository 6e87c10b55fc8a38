import { expect, test } from "bun:test";
import type { Fault } from "../../../faults/contract.ts";
import {
  asks,
  bodyOf,
  cacheWorld,
  closing as asking,
  origin,
  page,
} from "../cache/cache.testing.ts";
import { answering, Backend, get, ok, until, type Wire, world } from "../world.testing.ts";

const closing = "Connection: close\r\n";
type World = ReturnType<typeof world>;
let made = 0;

/** Injects these faults, each for a minute and everybody unless it says otherwise. */
function inject(gate: World, ...faults: Partial<Fault>[]): void {
  const whole = faults.map((each) => ({
    ...{ id: `f${++made}`, kind: "abort" as const, share: 1, where: {}, reason: "a test" },
    ...{ requestsMax: 1_000, activeMax: 100, startedAt: Date.now(), endsAt: Date.now() + 60_000 },
    ...each,
  }));
  gate.plane.inject({ faults: whole, workers: 1 });
}
const site = () => new Backend(answering(ok("fine")));

test("an injected error is answered with its reason, and the instance is not asked", async () => {
  using gate = world([site()]);
  inject(gate, { id: "mine", kind: "abort", status: 418 });
  const said = await gate.ask(get("/", closing));
  expect(said).toStartWith("HTTP/1.1 418 ");
  expect(said).toContain("Castor-Reason: fault.abort\r\n");
  expect(said).not.toContain("fine");
  const labels = { fault: "mine", kind: "abort", route: "all" };
  expect(gate.tally.of("faults.touched", labels)).toBe(1);
  gate.plane.inject({ faults: [], workers: 1 });
  expect(gate.plane.faults).toBeUndefined();
  expect(await gate.ask(get("/", closing))).toEndWith("fine");
});

test("a fault of one instance is met as a real one: second try, ejection, and the visitor is well", async () => {
  using gate = world([site(), site()], {
    service: { care: { retryStatuses: [500] }, ejection: { consecutiveErrors: 3 } },
  });
  inject(gate, { status: 500, where: { instance: "shop-1" } });
  let touched = 0;
  for (let i = 0; i < 10; i++) {
    const said = await gate.ask(get("/", closing));
    expect(said).toEndWith("fine");
    if (said.includes("Castor-Reason: fault.abort")) touched++;
  }
  expect(touched).toBe(3); // Then it was out.
  expect(gate.facts).toMatchObject([{ what: "ejected", instance: "shop-1" }]);
});

test("a reset is a lost connection: tried elsewhere where that is allowed, else told with the fault's name", async () => {
  using gate = world([site(), site()], { service: { retry: { min: 10 } } });
  inject(gate, { kind: "reset", where: { instance: "shop-1" } });
  for (let i = 0; i < 4; i++) expect(await gate.ask(get("/", closing))).toEndWith("fine");
  expect(gate.tally.of("gateway.retries", { service: "shop", why: "connection-lost" })).toBe(4);
  inject(gate, { kind: "reset" });
  const said = await gate.ask(get("/", closing));
  expect(said).toStartWith("HTTP/1.1 502 ");
  expect(said).toContain("Castor-Reason: fault.reset\r\n");
});

test("a fault that is meant for some visitors touches nobody who waits for the same page", async () => {
  using shop = origin(({ wire }) => wire.send(page("fine")));
  using gate = cacheWorld(shop);
  inject(gate, { kind: "hang", where: { header: "X-Test" } });
  const touched = await gate.dial();
  touched.send(asking("/", "X-Test: 1\r\n"));
  await until(() => gate.plane.faults !== undefined && gate.cache.airborne.size === 1, "the fault");
  expect((await asks(gate, 3)).map(bodyOf)).toEqual(["fine", "fine", "fine"]);
  expect(touched.text).toBe("");
  touched.hangUp();
});

test("silence lasts until the route's time is over", async () => {
  using gate = world([site()], { route: { timeouts: { responseHeaderMs: 200 } } });
  inject(gate, { kind: "hang" });
  const said = await gate.ask(get("/", closing));
  expect(said).toStartWith("HTTP/1.1 504 ");
  expect(said).toContain("Castor-Reason: fault.hang\r\n");
  expect(gate.plane.stats().services[0]?.instances[0]).toMatchObject({ inFlight: 0, open: 0 });
});

test("a delayed request reaches the instance later, with its body", async () => {
  const backend = new Backend((wire) => {
    if (wire.text.endsWith("body")) wire.send(ok("fine"));
  });
  using gate = world([backend]);
  inject(gate, { kind: "delay", delayMs: 150 });
  const startedAt = performance.now();
  const wire = await gate.dial();
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n").send("body");
  await wire.says("fine");
  expect(wire.text).toContain("Castor-Reason: fault.delay\r\n");
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);
  wire.hangUp();
  backend.stop();
});

test("whoever leaves during a delay leaves nothing behind, and the instance is not asked", async () => {
  const backend = site();
  using gate = world([backend]);
  inject(gate, { kind: "delay", delayMs: 100 });
  const wire = await gate.dial();
  wire.send(get());
  await until(() => gate.plane.stats().services[0]?.inFlight === 1, "the request");
  wire.hangUp();
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "the end");
  await Bun.sleep(150);
  expect(backend.requestCount).toBe(0);
  expect(gate.plane.stats().services[0]?.instances[0]).toMatchObject({ inFlight: 0, open: 0 });
});

test("a slow body comes in a trickle, whole, also when the instance ends it by closing", async () => {
  const body = "x".repeat(3_000);
  const closingSite = new Backend((wire: Wire) => {
    wire.send(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`);
    wire.socket?.end();
  });
  for (const backend of [new Backend(answering(ok(body))), closingSite]) {
    using gate = world([backend]);
    inject(gate, { kind: "slow-body", bytesPerSecond: 10_000 });
    const startedAt = performance.now();
    const wire = await gate.dial();
    wire.send(get("/", closing));
    await wire.says("Castor-Reason: fault.slow-body");
    expect(wire.text.length).toBeLessThan(3_000);
    expect(await wire.over()).toEndWith(`\r\n\r\n${body}`);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
    backend.stop();
  }
});

test("only those are touched who fit: by route, header, cookie and address", async () => {
  const backend = site();
  using gate = world([backend], { snapshot: { trustedProxies: ["127.0.0.1"] } });
  const isTouched = async (lines: string): Promise<boolean> =>
    (await gate.ask(get("/", `${lines}${closing}`))).includes("fault.abort");
  const cases: [Fault["where"], string, string][] = [
    [{ header: "X-Test: yes" }, "x-test: yes\r\n", "x-test: no\r\n"],
    [{ header: "X-Test" }, "X-TEST: whatever\r\n", ""],
    [{ cookie: "drill=1" }, "Cookie: a=b; drill=1\r\n", "Cookie: drill=2\r\n"],
    [{ cookie: "drill" }, "Cookie: drill=x\r\n", "Cookie: drills=x\r\n"],
    [{ address: "198.51.100.0/24" }, "X-Forwarded-For: 198.51.100.7\r\n", ""],
  ];
  for (const [where, fits, other] of cases) {
    inject(gate, { where });
    expect([where, await isTouched(fits), await isTouched(other)]).toEqual([where, true, false]);
  }
  inject(gate, { where: { route: "all", service: "shop" } });
  expect(await isTouched("")).toBe(true);
  inject(gate, { where: { route: "another" } });
  expect(await isTouched("")).toBe(false);
  backend.stop();
});

test("it touches a share, so many in all, and so many at once", async () => {
  using gate = world([site()], { route: { timeouts: { responseHeaderMs: 3_000 } } });
  inject(gate, { requestsMax: 2 });
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) answers.push(await gate.ask(get("/", closing)));
  expect(answers.map((each) => each.includes("fault.abort"))).toEqual([true, true, false, false]);
  inject(gate, { share: 0.4 }); // The chance of this world is always a half.
  expect(await gate.ask(get("/", closing))).toEndWith("fine");
  inject(gate, { share: 0.6 });
  expect(await gate.ask(get("/", closing))).toContain("fault.abort");
  inject(gate, { kind: "hang", activeMax: 1 });
  const waiting = await gate.dial();
  waiting.send(get());
  await until(() => gate.plane.stats().services[0]?.inFlight === 1, "the one that hangs");
  expect(await gate.ask(get("/", closing))).toEndWith("fine");
  waiting.hangUp();
});

test("it ends at its time by the worker's own clock", async () => {
  using gate = world([site()]);
  inject(gate, { endsAt: Date.now() + 300 });
  expect(await gate.ask(get("/", closing))).toContain("fault.abort");
  await until(() => gate.plane.faults === undefined, "its end");
  expect(gate.plane.faults).toBeUndefined();
  expect(await gate.ask(get("/", closing))).toEndWith("fine");
});

test("a slow error that is tried elsewhere leaves the next answer whole", async () => {
  const failing = new Backend(
    (wire) => void wire.send("HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nbad"),
  );
  const well = site();
  using gate = world([failing, well], { service: { care: { retryStatuses: [500] } } });
  inject(gate, { kind: "slow-body", bytesPerSecond: 1_000_000, where: { instance: "shop-1" } });
  for (let i = 0; i < 3; i++) expect(await gate.ask(get("/", closing))).toEndWith("\r\n\r\nfine");
  failing.stop();
  well.stop();
});

test("what a fallback answers is not the fault's any more, and the fault has room again", async () => {
  const spare = new Backend(answering(ok("spare")));
  using gate = world([], {
    snapshot: {
      routes: [{ id: "all", service: "shop", fallback: { service: "spare" } }],
      services: ["shop", "spare"].map((id) => ({
        id,
        instances: [{ id: `${id}-1`, host: "127.0.0.1", port: spare.port }],
      })),
    },
  });
  inject(gate, { kind: "abort", status: 503, where: { service: "shop" }, activeMax: 1 });
  for (let i = 0; i < 3; i++) {
    const said = await gate.ask(get("/", closing));
    expect(said).toContain("Castor-Reason: gateway.fallback.5xx\r\n");
    expect(said).toEndWith("spare");
  }
  spare.stop();
});
