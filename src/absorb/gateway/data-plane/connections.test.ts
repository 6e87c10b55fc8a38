import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, type Wire, world } from "./world.testing.ts";

/** An instance that answers each path with that path, and keeps `/slow…` back until it is let go. */
function echoing(): { backend: Backend; letGo: () => void } {
  const held: (() => void)[] = [];
  const seen = new WeakMap<Wire, number>();
  const backend = new Backend((wire) => {
    const heads = wire.text.split("\r\n\r\n").slice(0, -1);
    for (const head of heads.slice(seen.get(wire) ?? 0)) {
      const path = head.split(" ")[1] ?? "";
      const answer = () => void wire.send(ok(path));
      if (path.startsWith("/slow")) held.push(answer);
      else answer();
    }
    seen.set(wire, heads.length);
  });
  return { backend, letGo: () => held.splice(0).forEach((answer) => answer()) };
}

test("pipelined requests are answered in order, also when the first takes longest", async () => {
  const { backend, letGo } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get("/slow") + get("/b") + get("/c"));
  await until(() => backend.text.includes("/slow"), "the first request");
  letGo();
  await wire.says("/c");
  const bodies = wire.text.match(/\r\n\r\n\/[a-z]+/g)?.map((each) => each.trim());
  expect(bodies).toEqual(["/slow", "/b", "/c"]);
  wire.hangUp();
  backend.stop();
});

test("a request with a body may be followed by the next in the same segment", async () => {
  const { backend } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n12345678${get("/b")}`);
  await wire.says("\r\n\r\n/b");
  expect(wire.text).toContain("\r\n\r\n/a");
  wire.hangUp();
  backend.stop();
});

test("an endless pipeline is not read while the first request is answered", async () => {
  const { backend, letGo } = echoing();
  using gate = world([backend], { snapshot: { limits: { pipelinedBytesMax: 10_000 } } });
  const wire = await gate.dial();
  const many = 30_000;
  wire.keepsAll = false;
  wire.send(get("/slow"));
  await until(() => backend.text.includes("/slow"), "the first request");
  for (let i = 0; i < many / 100; i++)
    wire.send(get("/q", `X: ${"x".repeat(900)}\r\n`).repeat(100));
  await until(() => wire.unsentBytes > 0, "the sender to be held back");
  expect(wire.unsentBytes).toBeGreaterThan(1_000_000);
  letGo();
  wire.hangUp();
  await until(() => gate.plane.clients.size === 0, "the end");
  backend.stop();
});

test("a connection is kept for the next request, towards visitor and instance", async () => {
  const { backend } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get("/a")).says("\r\n\r\n/a");
  await wire.send(get("/b")).says("\r\n\r\n/b");
  expect(backend.wires).toHaveLength(1);
  expect(wire.ended).toBe(false);
  wire.hangUp();
  backend.stop();
});

test("Connection: close is honoured, and said back", async () => {
  const { backend } = echoing();
  using gate = world([backend]);
  const answer = await gate.ask(get("/a", "Connection: close\r\n"));
  expect(answer).toContain("Connection: close\r\n");
  backend.stop();
});

test("HTTP/1.0 gets one answer and the end, unless it asks to stay", async () => {
  const { backend } = echoing();
  using gate = world([backend]);
  const answer = await gate.ask("GET /a HTTP/1.0\r\n\r\n");
  expect(answer).toStartWith("HTTP/1.1 200 OK\r\n");
  expect(backend.text).toStartWith("GET /a HTTP/1.1\r\nHost: 127.0.0.1:");
  const wire = await gate.dial();
  wire.send("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  expect(await wire.says("\r\n\r\n/b")).toContain("Connection: keep-alive\r\n");
  await wire.send("GET /c HTTP/1.0\r\n\r\n").over();
  expect(wire.text).toEndWith("\r\n\r\n/c");
  backend.stop();
});

test("HTTP/1.0 gets a chunked body without the chunks", async () => {
  const backend = new Backend(
    answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nX: 1\r\n\r\n",
    ),
  );
  using gate = world([backend]);
  const answer = await gate.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  expect(answer).toEndWith("\r\n\r\nhello world");
  expect(answer).not.toContain("chunked");
  backend.stop();
});

test("whoever half closes after asking still gets the answer", async () => {
  const { backend, letGo } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get("/slow"));
  wire.finish();
  await until(() => backend.text.includes("/slow"), "the request");
  letGo();
  expect(await wire.over()).toContain("\r\n\r\n/slow");
  backend.stop();
});

test("pipelined requests of someone who half closed are all answered", async () => {
  const { backend, letGo } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get("/slow") + get("/b") + get("/c"));
  wire.finish();
  await until(() => backend.text.includes("/slow"), "the first request");
  letGo();
  expect((await wire.over()).match(/200 OK/g)).toHaveLength(3);
  expect(wire.text).toEndWith("\r\n\r\n/c");
  backend.stop();
});

test("whoever half closed and waits long gets an interim response, then the answer", async () => {
  const { backend, letGo } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(get("/slow"));
  wire.finish();
  await wire.says("HTTP/1.1 100 Continue\r\n\r\n");
  letGo();
  expect(await wire.over()).toContain("\r\n\r\n/slow");
  backend.stop();
});

test("a visitor who leaves takes the request back from the instance", async () => {
  for (const leave of ["hangUp", "close"] as const) {
    const { backend } = echoing();
    using gate = world([backend]);
    const wire = await gate.dial();
    wire.send(get("/slow"));
    await until(() => backend.text.includes("/slow"), "the request");
    if (leave === "hangUp") wire.hangUp();
    else wire.socket?.end();
    await until(() => backend.wires[0]?.closed === true, "the instance's connection to end");
    expect(gate.plane.stats().services[0]?.inFlight).toBe(0);
    expect(gate.tally.of("gateway.aborts", { service: "shop", side: "visitor" })).toBe(1);
    backend.stop();
  }
});

test("a body cut short never looks whole", async () => {
  const { backend } = echoing();
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
  await until(() => backend.text.includes("half"), "the first half");
  wire.finish();
  expect(await wire.over()).toContain("Castor-Reason: gateway.bad-request.body-cut-short\r\n");
  await until(() => backend.wires[0]?.closed === true, "the instance to be told");
  expect(backend.wires[0]?.reset).toBe(true);
  backend.stop();
});

test("Expect: 100-continue is the instance's to answer", async () => {
  const backend = new Backend((wire) => {
    if (wire.text.endsWith("\r\n\r\n")) wire.send("HTTP/1.1 100 Continue\r\n\r\n");
    if (wire.text.endsWith("body")) wire.send(ok("thanks"));
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  expect(await wire.says("\r\n\r\n")).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  expect(backend.text).toContain("Expect: 100-continue\r\n");
  await wire.send("body").says("thanks");
  expect(wire.text.match(/100 Continue/g)).toHaveLength(1);
  wire.hangUp();
  backend.stop();
});

test("an instance that declines an expected body is heard, and the connection ends", async () => {
  const backend = new Backend(answering("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno"));
  using gate = world([backend]);
  const answer = await gate.ask(
    "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n",
  );
  expect(answer).toStartWith("HTTP/1.1 413 No\r\n");
  expect(answer).toContain("Connection: close\r\n");
  backend.stop();
});

test("103 Early Hints go on to the visitor; a 100 that nobody asked for does not", async () => {
  const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
  const backend = new Backend(answering(`HTTP/1.1 100 Continue\r\n\r\n${hints}${ok("x")}`));
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\nx");
  expect(wire.text).toStartWith(`${hints}HTTP/1.1 200 OK\r\n`);
  wire.hangUp();
  backend.stop();
});

test("an early answer during an upload reaches the visitor", async () => {
  const backend = new Backend((wire) => {
    if (wire.segments === 1) wire.send("HTTP/1.1 413 Too Much\r\nContent-Length: 4\r\n\r\nstop");
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${"x".repeat(50_000)}`);
  expect(await wire.says("stop")).toContain("Connection: close\r\n");
  await wire.over();
  backend.stop();
});

test("a body without length ends with the connection, and only then", async () => {
  const backend = new Backend((wire) => {
    wire.send("HTTP/1.1 200 OK\r\nX: 1\r\n\r\nuntil the end");
    wire.socket?.end();
  });
  using gate = world([backend]);
  const answer = await gate.ask(get());
  expect(answer).toContain("Connection: close\r\n");
  expect(answer).toEndWith("\r\n\r\nuntil the end");
  backend.stop();
});

test("an answer that breaks off is reset, so that nobody takes it for whole", async () => {
  for (const head of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
    const backend = new Backend((wire) => {
      wire.send(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n32\r\nhalf`);
      wire.finish();
    });
    using gate = world([backend]);
    const wire = await gate.dial();
    wire.send(get());
    await until(() => wire.closed, "the reset");
    expect(wire.reset).toBe(true);
    expect(gate.tally.of("gateway.aborts", { service: "shop", side: "instance" })).toBe(1);
    backend.stop();
  }
});

test("bytes after a whole answer are never taken for the next one", async () => {
  const backend = new Backend((wire) => {
    if (wire.segments === 1) wire.send(`${ok("first")}${ok("poison")}`);
    else wire.send(ok("second"));
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("first");
  await until(() => backend.wires[0]?.closed === true, "the poisoned connection to be closed");
  await wire.send(get()).says("\r\n\r\n");
  await until(() => wire.text.split("HTTP/1.1 200").length === 3, "the second answer");
  expect(backend.wires).toHaveLength(2);
  wire.hangUp();
  backend.stop();
});

test("an answer that makes no sense becomes a 502 with its reason", async () => {
  for (const [answer, reason] of [
    ["SSH-2.0-OpenSSH_9.2p1\r\n", "status-line"],
    [
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
      "duplicate-content-length",
    ],
    [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "two-lengths",
    ],
    ["HTTP/1.1 200 OK\nX: 1\n\n", "bare-lf"],
    ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "upgrade-unasked"],
  ] as const) {
    const backend = new Backend(answering(answer));
    using gate = world([backend]);
    const wire = await gate.dial();
    await wire.send(get()).says(`Castor-Reason: gateway.bad-response.${reason}\r\n`);
    expect(wire.text).toStartWith("HTTP/1.1 502 ");
    wire.hangUp();
    backend.stop();
  }
});
