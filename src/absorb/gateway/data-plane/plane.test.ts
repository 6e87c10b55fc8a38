import { expect, test } from "bun:test";
import { answering, Backend, dial, get, ok, until, type Wire, world } from "./world.testing.ts";

const afterIdleGraceMs = 1_100;

/** Answers only when it is told to. */
function holding(body: string): { backend: Backend; letGo: () => void } {
  const held: Wire[] = [];
  const backend = new Backend((wire) => void held.push(wire));
  return { backend, letGo: () => held.splice(0).forEach((wire) => wire.send(ok(body))) };
}

test("a new snapshot is for new requests; those under way end as they began", async () => {
  const { backend: old, letGo } = holding("old");
  const next = new Backend(answering(ok("new")));
  using gate = world([old]);
  const wire = await gate.dial();
  wire.send(get());
  await until(() => old.requestCount === 1, "the request");
  gate.plane.apply({
    ...gate.snapshot,
    services: [{ id: "shop", instances: [{ id: "shop-9", host: "127.0.0.1", port: next.port }] }],
  });
  expect(await gate.ask(get("/", "Connection: close\r\n"))).toEndWith("new");
  letGo();
  await wire.says("old");
  await wire.send(get()).says("new");
  await until(
    () => old.wires.every(({ ended, closed }) => ended || closed),
    "the old pool to be closed",
  );
  wire.hangUp();
  old.stop();
  next.stop();
});

test("the same instances keep their connections and their record over a snapshot", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  gate.plane.apply({ ...gate.snapshot, addVia: true });
  await wire.send(get()).says("Via: 1.1 castor");
  expect(backend.wires).toHaveLength(1);
  wire.hangUp();
  backend.stop();
});

test("a snapshot that does not fit changes nothing", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend]);
  const lost = { ...gate.snapshot, routes: [{ id: "r", service: "nobody" }] };
  expect(() => gate.plane.apply(lost)).toThrow("nobody");
  expect(await gate.ask(get("/", "Connection: close\r\n"))).toEndWith("\r\n\r\nx");
  backend.stop();
});

test("a listener that vanished takes no one new and lets its visitors finish", async () => {
  const { backend, letGo } = holding("x");
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get());
  await until(() => backend.requestCount === 1, "the request");
  gate.plane.apply({ ...gate.snapshot, listeners: [] });
  expect(gate.plane.ports()).toEqual([]);
  expect(dial(gate.port)).rejects.toThrow();
  letGo();
  await wire.says("\r\n\r\nx");
  wire.hangUp();
  backend.stop();
});

test("draining finishes what runs, says close, and takes no one new", async () => {
  const { backend, letGo } = holding("last words");
  using gate = world([backend]);
  const [busy, idle] = [await gate.dial(), await gate.dial()];
  busy.send(get());
  await until(() => backend.requestCount === 1, "the request");
  const drained = gate.plane.drain(20_000);
  expect(dial(gate.port)).rejects.toThrow();
  letGo();
  await busy.says("last words");
  expect(busy.text).toContain("Connection: close\r\n");
  await busy.over();
  await idle.over();
  await drained;
  expect(gate.plane.clients.size).toBe(0);
  backend.stop();
});

test("a request that meets a draining worker on an idle connection is still answered", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  const drained = gate.plane.drain(20_000);
  await wire.send(get()).over();
  expect(wire.text).toContain("Connection: close\r\n");
  expect(wire.text.match(/200 OK/g)).toHaveLength(2);
  await drained;
  backend.stop();
});

test("a connection whose answer had begun before the drain, and so said no goodbye, is let go soon after", async () => {
  const backend = new Backend((wire) => wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"));
  using gate = world([backend], { snapshot: { limits: { lingerMs: 100 } } });
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  const drained = gate.plane.drain(20_000);
  await Bun.sleep(afterIdleGraceMs); // The idle ones are seen off before this one is idle.
  for (const each of backend.wires) each.send("y");
  await wire.says("xy");
  await wire.over();
  await drained;
  backend.stop();
});

test("draining ends at its deadline, whoever hangs on", async () => {
  const { backend } = holding("never");
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get());
  await until(() => backend.requestCount === 1, "the request");
  await gate.plane.drain(50);
  await until(() => wire.closed, "the cut");
  backend.stop();
});

test("what runs and waits can be asked", async () => {
  const { backend, letGo } = holding("x");
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get());
  await until(() => backend.requestCount === 1, "the request");
  expect(gate.plane.stats()).toMatchObject({
    connections: 1,
    services: [
      { id: "shop", inFlight: 1, instances: [{ id: "shop-1", inFlight: 1, open: 1, idle: 0 }] },
    ],
  });
  letGo();
  await wire.says("\r\n\r\nx");
  expect(gate.plane.stats()).toMatchObject({
    services: [{ inFlight: 0, instances: [{ inFlight: 0, open: 1, idle: 1 }] }],
  });
  wire.hangUp();
  backend.stop();
});

test("requests, bytes and visitors are counted by their names", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  const { tally } = gate;
  expect(tally.of("gateway.requests", { route: "all", service: "shop", class: "2xx" })).toBe(1);
  expect(tally.of("gateway.latency", { service: "shop" })).toBe(1);
  expect(tally.of("gateway.visitors", { service: "shop" })).toBe(1);
  expect(tally.of("gateway.instance-requests", { service: "shop", instance: "shop-1" })).toBe(1);
  expect(tally.of("gateway.bytes", { service: "shop", direction: "out" })).toBe(wire.receivedBytes);
  wire.hangUp();
  backend.stop();
});
