import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, type Wire, world } from "./world.testing.ts";

const hangingUp = (wire: Wire): void => wire.hangUp();
const post = (body: string): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const put = (body: string): string => post(body).replace("POST", "PUT");

/** A port where nobody listens. */
function nobody(): { port: number } {
  const backend = new Backend(() => {});
  backend.stop();
  return { port: backend.port };
}

test("a request that nobody took is offered to another instance, whatever its method", async () => {
  const good = new Backend((wire) => {
    if (wire.text.endsWith("body")) wire.send(ok("fine"));
  });
  for (let i = 0; i < 4; i++) {
    using gate = world([nobody(), good, nobody()]);
    const wire = await gate.dial();
    expect(await wire.send(post("body")).says("fine")).toStartWith("HTTP/1.1 200 OK\r\n");
    wire.hangUp();
  }
  good.stop();
});

test("an idempotent request whose instance hangs up is sent once more, elsewhere, with its body", async () => {
  let wasFirst = true;
  const act = (wire: Wire): void => {
    if (!wire.text.endsWith("body")) return;
    if (wasFirst) wire.hangUp();
    else wire.send(ok("fine"));
    wasFirst = false;
  };
  const [one, two] = [new Backend(act), new Backend(act)];
  using gate = world([one, two]);
  const wire = await gate.dial();
  await wire.send(put("body")).says("fine");
  expect([one.requestCount, two.requestCount]).toEqual([1, 1]);
  const label = { service: "shop", why: "connection-lost" };
  expect(gate.tally.of("gateway.retries", label)).toBe(1);
  wire.hangUp();
  one.stop();
  two.stop();
});

test("a request that may not be repeated is not, and the visitor hears why", async () => {
  const backends = [new Backend(hangingUp), new Backend(hangingUp)];
  using gate = world(backends);
  const wire = await gate.dial();
  await wire.send(post("once")).says("Castor-Reason: gateway.upstream-closed\r\n");
  expect(wire.text).toStartWith("HTTP/1.1 502 ");
  expect(backends.map((each) => each.requestCount).toSorted()).toEqual([0, 1]);
  wire.hangUp();
  for (const each of backends) each.stop();
});

test("one retry, never two", async () => {
  const backends = [0, 1, 2].map(() => new Backend(hangingUp));
  using gate = world(backends);
  const wire = await gate.dial();
  await wire.send(get()).says("gateway.upstream-closed");
  expect(backends.reduce((sum, each) => sum + each.requestCount, 0)).toBe(2);
  wire.hangUp();
  for (const each of backends) each.stop();
});

test("a body too large to keep is sent once", async () => {
  const backends = [0, 1].map(
    () =>
      new Backend((wire) => {
        if (wire.receivedBytes > 200_000) wire.hangUp();
      }),
  );
  using gate = world(backends);
  const wire = await gate.dial();
  await wire.send(put("x".repeat(300_000))).says("gateway.upstream-closed");
  expect(backends.map((each) => each.requestCount).toSorted()).toEqual([0, 1]);
  wire.hangUp();
  for (const each of backends) each.stop();
});

test("an answer that has begun is never begun again", async () => {
  const backends = [0, 1].map(
    () =>
      new Backend((wire) => {
        wire.send("HTTP/1.1 200 OK\r\nContent-Le");
        wire.finish();
      }),
  );
  using gate = world(backends);
  const wire = await gate.dial();
  await wire.send(get()).says("gateway.upstream-closed");
  expect(backends.map((each) => each.requestCount).toSorted()).toEqual([0, 1]);
  wire.hangUp();
  for (const each of backends) each.stop();
});

test("a pooled connection that was closed meanwhile costs nothing but a new one, also with one instance", async () => {
  const backend = new Backend((wire) => {
    // The second request on a connection finds nobody: as after a keep-alive timeout.
    if (wire.segments > 1) wire.hangUp();
    else wire.send(ok(`from ${backend.wires.length}`));
  });
  using gate = world([backend], { service: { retry: { min: 0, share: 0 } } });
  const wire = await gate.dial();
  await wire.send(get()).says("from 1");
  await wire.send(get()).says("from 2");
  const label = { service: "shop", why: "stale-connection" };
  expect(gate.tally.of("gateway.retries", label)).toBe(1);
  expect(gate.facts).toEqual([]);
  wire.hangUp();
  backend.stop();
});

test("a pooled connection that the instance closes is forgotten at once", async () => {
  const backend = new Backend((wire) => {
    wire.send(ok("x"));
    wire.socket?.end();
  });
  using gate = world([backend]);
  for (let i = 0; i < 5; i++) {
    const wire = await gate.dial();
    await wire.send(post("")).says("\r\n\r\nx");
    await until(
      () => gate.plane.stats().services[0]?.instances[0]?.open === 0,
      "the pool to empty",
    );
    wire.hangUp();
  }
  backend.stop();
});

test("retries end where the budget ends", async () => {
  const backends = [new Backend(hangingUp), new Backend(hangingUp)];
  using gate = world(backends, {
    service: { retry: { min: 2, share: 0 }, ejection: { consecutiveErrors: 1_000 } },
  });
  for (let i = 0; i < 10; i++) {
    const wire = await gate.dial();
    await wire.send(get()).says("gateway.upstream-closed");
    wire.hangUp();
  }
  const retried = gate.tally.of("gateway.retries", { service: "shop", why: "connection-lost" });
  expect(retried).toBeGreaterThanOrEqual(2);
  expect(retried).toBeLessThanOrEqual(6);
  for (const each of backends) each.stop();
});

test("killing one of three instances under load fails no idempotent request", async () => {
  const backends = [0, 1, 2].map(() => new Backend(answering(ok("x"))));
  using gate = world(backends);
  const visitors = await Promise.all(Array.from({ length: 48 }, () => gate.dial()));
  const each = 100;
  for (const wire of visitors) {
    let answers = 0;
    wire.keepsAll = false;
    wire.onData = (from) => {
      answers++;
      from.segments = answers;
      if (answers < each) from.send(get());
    };
    wire.send(get());
  }
  await until(() => visitors.some(({ segments }) => segments > each / 4), "the load to run");
  backends[0]?.stop();
  await until(
    () => visitors.every(({ segments, closed }) => closed || segments >= each),
    "all answers",
  );
  expect(visitors.filter(({ closed }) => closed)).toHaveLength(0);
  const bad = gate.tally.of("gateway.requests", { route: "all", service: "shop", class: "5xx" });
  expect(bad).toBe(0);
  const good = gate.tally.of("gateway.requests", { route: "all", service: "shop", class: "2xx" });
  expect(good).toBe(48 * each);
  expect(gate.facts).toMatchObject([{ what: "ejected", instance: "shop-1" }]);
  for (const wire of visitors) wire.hangUp();
  for (const backend of backends.slice(1)) backend.stop();
});
