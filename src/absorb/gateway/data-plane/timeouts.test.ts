import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, world } from "./world.testing.ts";

const short = 50;
const silent = (): Backend => new Backend(() => {});

test("an instance that does not answer in time becomes a 504", async () => {
  const backend = silent();
  using gate = world([backend], { route: { timeouts: { responseHeaderMs: short } } });
  const wire = await gate.dial();
  await wire.send(get()).says("Castor-Reason: gateway.response-timeout\r\n");
  expect(wire.text).toStartWith("HTTP/1.1 504 ");
  await until(() => backend.wires[0]?.closed === true, "the instance to be told");
  wire.hangUp();
  backend.stop();
});

test("an instance that takes no connection in time becomes a 504, and is out where there are others", async () => {
  // 192.0.2.0/24 is kept for documentation: nobody answers there, or the network says so at once.
  const instances = [{ id: "far", host: "192.0.2.1", port: 9 }];
  using gate = world([], {
    snapshot: { services: [{ id: "shop", instances }] },
    route: { timeouts: { connectMs: short } },
  });
  const wire = await gate.dial();
  await wire.send(get()).says("Castor-Reason: gateway.connect-");
  expect(wire.text).toMatch(/^HTTP\/1\.1 50[24] /);
  wire.hangUp();
});

test("an answer that falls silent is cut off", async () => {
  const backend = new Backend(answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  using gate = world([backend], { route: { timeouts: { idleMs: short } } });
  const wire = await gate.dial();
  wire.send(get());
  await until(() => wire.closed, "the cut");
  expect(wire.reset).toBe(true);
  backend.stop();
});

test("a head that does not arrive in time is a 408, a connection that says nothing just ends", async () => {
  const backend = silent();
  using gate = world([backend], {
    snapshot: { limits: { requestHeadMs: short, lingerMs: short } },
  });
  const slow = await gate.dial();
  slow.send("GET / HTTP/1.1\r\nHos");
  expect(await slow.over()).toContain("Castor-Reason: gateway.head-timeout\r\n");
  const mute = await gate.dial();
  expect(await mute.over()).toBe("");
  await until(() => gate.plane.clients.size === 0, "both to be gone");
  backend.stop();
});

test("a head cannot be kept open by dripping", async () => {
  const backend = silent();
  using gate = world([backend], { snapshot: { limits: { requestHeadMs: 150 } } });
  const wire = await gate.dial();
  wire.send("GET / HTTP/1.1\r\nX: ");
  await until(() => {
    if (!wire.ended) wire.send("x");
    return wire.ended;
  }, "the end");
  expect(wire.text).toStartWith("HTTP/1.1 408 ");
  wire.hangUp();
  backend.stop();
});

test("a body that stops arriving is a 408", async () => {
  const backend = silent();
  using gate = world([backend], { route: { timeouts: { bodyIdleMs: short } } });
  const wire = await gate.dial();
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  expect(await wire.over()).toContain("Castor-Reason: gateway.body-timeout\r\n");
  await until(() => backend.wires[0]?.closed === true, "the instance to be told");
  backend.stop();
});

test("an idle connection ends after its time", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend], { snapshot: { limits: { keepAliveMs: short } } });
  const wire = await gate.dial();
  wire.send(get());
  expect(await wire.over()).toEndWith("\r\n\r\nx");
  backend.stop();
});

test("a pooled connection ends after its time", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend], { snapshot: { limits: { upstreamKeepAliveMs: short } } });
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  await until(() => backend.wires[0]?.ended === true, "the pool to let go");
  expect(backend.wires[0]?.reset).toBe(false);
  wire.hangUp();
  backend.stop();
});

test("a reader who takes nothing is cut off in the end", async () => {
  const backend = new Backend(answering(ok("x".repeat(30_000_000))));
  using gate = world([backend], { snapshot: { limits: { stalledReaderMs: short } } });
  const wire = await gate.dial();
  wire.send(get());
  await until(() => backend.requestCount === 1, "the request");
  wire.socket?.pause();
  await until(() => gate.plane.clients.size === 0, "the cut");
  backend.stop();
});

test("a body over the limit is a 413: by its length before it is sent, by its chunks when they cross it", async () => {
  const backend = silent();
  using gate = world([backend], { route: { limits: { bodyBytesMax: 10 } } });
  const byLength = await gate.ask(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n${"x".repeat(11)}`,
  );
  expect(byLength).toStartWith("HTTP/1.1 413 ");
  expect(backend.wires).toHaveLength(0);
  const wire = await gate.dial();
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  await until(() => backend.text.includes("hello"), "the first chunk");
  wire.send("6\r\n world\r\n");
  expect(await wire.over()).toContain("Castor-Reason: gateway.body-too-large\r\n");
  backend.stop();
});

test("connections over the limit are told so", async () => {
  const backend = new Backend(answering(ok("x")));
  using gate = world([backend], { snapshot: { limits: { connectionsMax: 1 } } });
  const first = await gate.dial();
  await first.send(get()).says("\r\n\r\nx");
  const second = await gate.dial();
  expect(await second.over()).toContain("Castor-Reason: gateway.too-many-connections\r\n");
  await first.send(get()).says("\r\n\r\nxHTTP/1.1 200 OK");
  first.hangUp();
  backend.stop();
});

test("no instance, no route, no service: each has its reason", async () => {
  using gate = world([], { route: { hosts: ["shop.example"], pathPrefix: "/api" } });
  const close = "Connection: close\r\n";
  expect(await gate.ask(get("/api", close))).toContain("Castor-Reason: gateway.no-instance\r\n");
  const other = await gate.ask(get("/apis", close));
  expect(other).toStartWith("HTTP/1.1 404 ");
  expect(other).toContain("Castor-Reason: gateway.no-route\r\n");
  expect(await gate.ask(get("/api", close).replace("shop.example", "x"))).toStartWith(
    "HTTP/1.1 404 ",
  );
});

test("a refusal is a page for browsers and problem+json for programs, with the request's id", async () => {
  using gate = world([]);
  const page = await gate.ask(get("/", "Accept: text/html,*/*;q=0.8\r\nConnection: close\r\n"));
  expect(page).toContain("Content-Type: text/html; charset=utf-8\r\n");
  const json = await gate.ask(get("/", "Connection: close\r\n"));
  const [head = "", body = ""] = json.split("\r\n\r\n");
  const problem = JSON.parse(body) as Record<string, unknown>;
  expect(problem).toMatchObject({ status: 503, reason: "gateway.no-instance" });
  expect(head).toContain(`X-Request-Id: ${String(problem.instance)}`);
  expect(page).toContain("gateway.no-instance");
  const bodyless = await gate.ask(get("/", "Connection: close\r\n").replace("GET", "HEAD"));
  expect(bodyless).toEndWith("\r\n\r\n");
});
