import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, type Wire, world } from "./world.testing.ts";

const megabyte = 1_048_576;
const large = 200 * megabyte;
const heldBytesMax = 32 * megabyte;

/** Sends `bytes` as fast as the other side takes them. */
function pour(wire: Wire, bytes: number): { sent: () => number } {
  const block = Buffer.alloc(256 * 1_024, "s");
  let sent = 0;
  const more = (): void => {
    while (sent < bytes) {
      const took = wire.socket?.write(block, 0, Math.min(block.length, bytes - sent)) ?? 0;
      if (took <= 0) return;
      sent += took;
    }
  };
  wire.flush = more;
  more();
  return { sent: () => sent };
}

test("200 MB to a slow visitor pass whole, with little held", async () => {
  let poured = { sent: () => 0 };
  const backend = new Backend((wire) => {
    wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large}\r\n\r\n`);
    poured = pour(wire, large);
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.keepsAll = false;
  wire.send(get());
  await until(() => wire.receivedBytes > 0, "the first bytes");
  wire.socket?.pause();
  let before = -1;
  await until(() => {
    const isStill = poured.sent() === before;
    before = poured.sent();
    return isStill && before > 0;
  }, "the instance to be held back");
  expect(poured.sent() - wire.receivedBytes).toBeLessThan(heldBytesMax);
  const [client] = gate.plane.clients;
  expect(client?.out.bytes).toBeLessThan(2 * megabyte);
  wire.socket?.resume();
  await until(() => wire.receivedBytes >= large, "all of it");
  wire.hangUp();
  backend.stop();
}, 30_000);

test("200 MB from a visitor to a slow instance pass whole, with little held", async () => {
  const backend = new Backend((wire) => {
    wire.keepsAll = false;
    if (wire.segments === 1) wire.socket?.pause();
    if (wire.receivedBytes >= large) wire.send(ok("got it"));
  });
  using gate = world([backend], { route: { limits: { bodyBytesMax: 2 * large } } });
  const wire = await gate.dial();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${large}\r\n\r\n`);
  const poured = pour(wire, large);
  await until(
    () => backend.wires[0] !== undefined && poured.sent() > megabyte,
    "the upload to begin",
  );
  let before = -1;
  await until(() => {
    const isStill = poured.sent() === before;
    before = poured.sent();
    return isStill;
  }, "the visitor to be held back");
  expect(poured.sent()).toBeLessThan(heldBytesMax);
  backend.wires[0]?.socket?.resume();
  await wire.says("got it");
  expect(backend.wires[0]?.receivedBytes).toBeGreaterThan(large);
  wire.hangUp();
  backend.stop();
}, 30_000);

test("server-sent events arrive one by one, while the stream goes on", async () => {
  const backend = new Backend(
    answering(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    ),
  );
  using gate = world([backend]);
  const wire = await gate.dial();
  await wire.send(get()).says("\r\n\r\n");
  for (const event of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
    backend.wires[0]?.send(`9\r\n${event}\r\n`);
    await wire.says(event);
  }
  wire.hangUp();
  await until(() => backend.wires[0]?.closed === true, "the instance to be told");
  backend.stop();
});

test("request and response may flow at the same time", async () => {
  const backend = new Backend((wire) => {
    if (wire.segments === 1) wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    if (wire.text.endsWith("4\r\nping\r\n")) wire.send("4\r\npong\r\n");
    if (wire.text.endsWith("\r\n0\r\n\r\n")) wire.send("0\r\n\r\n");
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  await wire.says("\r\n\r\n");
  for (let i = 1; i <= 3; i++) {
    wire.send("4\r\nping\r\n");
    await until(() => wire.text.split("pong").length === i + 1, `pong ${i}`);
  }
  await wire.send("0\r\n\r\n").over();
  expect(wire.text).toEndWith("0\r\n\r\n");
  backend.stop();
});

test("a body in many small pieces passes whole", async () => {
  const backend = new Backend((wire) => {
    if (wire.text.endsWith("the end")) wire.send(ok("yes"));
  });
  using gate = world([backend]);
  const wire = await gate.dial();
  const body = `${"0123456789".repeat(20)}the end`;
  const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (const byte of request) {
    wire.send(byte);
    await new Promise((turn) => setImmediate(turn));
  }
  await wire.says("yes");
  expect(backend.text).toEndWith(`\r\n\r\n${body}`);
  wire.hangUp();
  backend.stop();
});
