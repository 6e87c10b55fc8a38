import { expect, test } from "bun:test";
import { Backend, get, ok, until, world } from "./world.testing.ts";

test("a WebSocket passes through: text, binary, subprotocol, close code", async () => {
  const closes: number[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, self) => {
      const isUpgraded = self.upgrade(request, { headers: { "Sec-WebSocket-Protocol": "chat" } });
      return isUpgraded ? undefined : new Response("no");
    },
    websocket: {
      perMessageDeflate: true,
      message: (socket, message) => void socket.send(message),
      close: (_, code) => void closes.push(code),
    },
  });
  using gate = world([{ port: server.port ?? 0 }]);
  const socket = new WebSocket(`ws://127.0.0.1:${gate.port}/`, ["chat"]);
  socket.binaryType = "arraybuffer";
  const heard: unknown[] = [];
  socket.addEventListener("message", ({ data }) =>
    heard.push(typeof data === "string" ? data : data.byteLength),
  );
  await new Promise((opened, failed) => {
    socket.addEventListener("open", opened);
    socket.addEventListener("error", failed);
  });
  expect(socket.protocol).toBe("chat");
  socket.send("hello");
  socket.send(new Uint8Array(500_000));
  await until(() => heard.length === 2, "both echoes");
  expect(heard).toEqual(["hello", 500_000]);
  socket.close(4_001, "done");
  await until(() => closes.length === 1, "the close");
  expect(closes).toEqual([4_001]);
  await until(() => gate.plane.stats().connections === 0, "the tunnel to end");
  await server.stop(true);
});

test("an upgrade that is refused is an answer like any other", async () => {
  const backend = new Backend(
    (wire) => void wire.send(`HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno`),
  );
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n")).says("\r\n\r\nno");
  expect(backend.text).toContain("Upgrade: websocket\r\n");
  expect(backend.text).toContain("Connection: Upgrade\r\n");
  expect(wire.text).not.toContain("Upgrade");
  wire.hangUp();
  backend.stop();
});

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";

test("a tunnel carries what came with either head, and halves close one by one", async () => {
  const backend = new Backend((wire) => {
    if (wire.segments === 1) wire.send(`${switching}hello from the instance`);
    if (wire.text.endsWith("bye")) wire.send("and bye");
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(`${get("/", "Connection: upgrade\r\nUpgrade: raw\r\n")}early words`);
  await wire.says("hello from the instance");
  expect(wire.text).toContain("Upgrade: raw\r\n");
  await until(() => backend.text.endsWith("early words"), "the early words");
  wire.send("bye");
  await wire.says("and bye");
  wire.finish();
  await until(() => backend.wires[0]?.ended === true, "the instance to hear the end");
  await wire.over();
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "the exchange to be over");
  backend.stop();
});

test("a tunnel holds back whoever is faster, and loses nothing", async () => {
  const total = 50_000_000;
  let sent = 0;
  const block = Buffer.alloc(100_000, "t");
  const backend = new Backend((wire) => {
    if (wire.segments > 1) return;
    wire.flush = () => {
      while (sent < total) {
        const took = wire.socket?.write(block, 0, Math.min(block.length, total - sent)) ?? 0;
        if (took <= 0) return;
        sent += took;
      }
    };
    wire.socket?.write(switching);
    wire.flush();
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get("/", "Connection: upgrade\r\nUpgrade: raw\r\n")).says("\r\n\r\n");
  wire.keepsAll = false;
  const heardBefore = wire.receivedBytes - (wire.text.indexOf("\r\n\r\n") + 4);
  const base = wire.receivedBytes;
  wire.socket?.pause();
  let before = -1;
  await until(() => {
    const isStill = before === sent;
    before = sent;
    return isStill;
  }, "the instance to be held back");
  expect(sent).toBeLessThan(30_000_000);
  wire.socket?.resume();
  await until(() => wire.receivedBytes - base + heardBefore >= total, "all of it");
  expect(wire.receivedBytes - base + heardBefore).toBe(total);
  wire.hangUp();
  await until(() => backend.wires[0]?.closed === true, "the instance to be told");
  backend.stop();
});

test("an upgrade to HTTP/2 in clear is not passed on: nothing could be seen inside", async () => {
  const backend = new Backend((wire) => void wire.send(ok("plain")));
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send(
    get("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"),
  );
  await wire.says("plain");
  expect(backend.text).not.toMatch(/h2c|HTTP2-Settings/i);
  wire.hangUp();
  backend.stop();
});
