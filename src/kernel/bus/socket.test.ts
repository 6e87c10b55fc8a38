import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../clock/machine.ts";
import { NoAnswer, NobodyServes } from "./bus.ts";
import { failureOf, until } from "./bus-world.ts";
import { connectBus, type ConnectedBus } from "./connect.ts";
import { encode, FrameReader, type Head } from "./frames.ts";
import { type ServedBus, serveBus } from "./serve.ts";

const clock = machineClock();
let folder: string;
let path: string;
let served: ServedBus;
let edge: ConnectedBus;
let errors: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "castor-bus-"));
  path = join(folder, "bus.sock");
  errors = [];
  served = await serveBus({ path, clock, onError: (error) => void errors.push(error) });
  edge = connectBus({ path, clock, name: "edge" });
  await edge.ready();
});
afterEach(async () => {
  await edge.close();
  await served.close();
  rmSync(folder, { recursive: true });
});

test("only this user may open the socket, and a living bus is not replaced", async () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(served.peers()).toEqual(["edge"]);
  expect(String(await failureOf(serveBus({ path, clock })))).toContain("Another process serves");
});

test("an edge comes back after the middle went away, and listens and serves as before", async () => {
  const heard: unknown[] = [];
  const states: string[] = [];
  edge.subscribe("t", ({ body, from }) => void heard.push([from, body]));
  edge.serve("edge", { request: async () => "still here" });
  edge.onConnect(() => states.push("connected"));
  edge.onDisconnect(() => states.push("disconnected"));
  await served.close();
  await until(() => !edge.connected);

  const droppedBefore = edge.dropped;
  edge.publish("t", "lost");
  expect(edge.dropped).toBe(droppedBefore + 1);
  const refused = failureOf(edge.request("any", {}, { timeoutMs: 5_000 }));
  expect(await refused).toBeInstanceOf(NobodyServes);

  served = await serveBus({ path, clock });
  await edge.ready();
  expect(await edge.request("edge", {}, { timeoutMs: 5_000 })).toBe("still here");
  served.publish("t", "again");
  await until(() => heard.length > 0);
  expect(heard).toEqual([["control", "again"]]);
  expect(states).toEqual(["connected", "disconnected", "connected"]);
});

test("questions and tunnels end when the middle goes, instead of waiting", async () => {
  edge.serve("far", { request: () => new Promise(() => undefined), tunnel: () => undefined });
  await edge.request("nobody", {}, { timeoutMs: 5_000 }).catch(() => undefined);
  const tunnel = await edge.open("far", { timeoutMs: 5_000 });
  const refused = failureOf(edge.request("far", {}, { timeoutMs: 600_000 }));
  await served.close();
  expect(await refused).toBeInstanceOf(NoAnswer);
  expect(await tunnel.closed).toBeString();
});

test("an answer that comes after a reconnect does not answer somebody else's question", async () => {
  const first = Promise.withResolvers<string>();
  const answers = [first.promise, Promise.resolve("second")];
  let asked = 0;
  edge.serve("far", { request: () => answers[asked++] ?? Promise.resolve("more") });
  await edge.request("nobody", {}, { timeoutMs: 5_000 }).catch(() => undefined);
  void served.request("far", 1, { timeoutMs: 600_000 }).catch(() => undefined);
  await until(() => asked === 1);
  await served.close();
  await until(() => !edge.connected);
  served = await serveBus({ path, clock });
  await edge.ready();
  await edge.request("nobody", {}, { timeoutMs: 5_000 }).catch(() => undefined);
  const answer = served.request("far", 2, { timeoutMs: 5_000 });
  first.resolve("first");
  expect(await answer).toBe("second");
});

/** Speaks raw bytes to the bus and returns what comes back until the connection is closed. */
async function speak(bytes: Uint8Array): Promise<Head[]> {
  const reader = new FrameReader();
  const heard: Head[] = [];
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data: (_, chunk) => void heard.push(...[...reader.read(chunk)].map(({ head }) => head)),
      close: () => closed.resolve(),
    },
  });
  socket.write(bytes);
  await closed.promise;
  return heard;
}

test("a peer of another protocol version is turned away with a reason", async () => {
  const heard = await speak(encode({ head: { t: "hello", v: 99, name: "future" } }));
  expect(heard).toEqual([{ t: "bye", why: "This bus speaks version 1, not 99." }]);
});

test("whoever talks nonsense is cut off, and the others go on", async () => {
  expect(await speak(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))).toEqual([]);
  expect(await speak(Buffer.from([0, 0, 0, 6, 0, 0, 0, 2, 0x7b, 0x5d]))).toEqual([]);
  expect(await speak(encode({ head: { t: "sub", pattern: "*" } }))).toEqual([]);
  expect(errors).toHaveLength(3);
  edge.serve("edge", { request: async () => "fine" });
  expect(await edge.request("edge", {}, { timeoutMs: 5_000 })).toBe("fine");
});

test("a reader that stands still loses messages, counted, and stops nobody", async () => {
  const greeting = encode({ head: { t: "hello", v: 1, name: "still" } });
  const stuck = await Bun.connect({
    unix: path,
    socket: { open: (socket) => void socket.pause(), data: () => undefined },
  });
  stuck.write(greeting);
  stuck.write(encode({ head: { t: "sub", pattern: "bulk" } }));
  await until(() => served.peers().includes("still"));
  await edge.request("nobody", {}, { timeoutMs: 5_000 }).catch(() => undefined);
  const body = "x".repeat(1_000_000);
  await until(() => {
    served.publish("bulk", body);
    return served.dropped > 2;
  });
  edge.serve("edge", { request: async () => "fine" });
  expect(await edge.request("edge", {}, { timeoutMs: 5_000 })).toBe("fine");
  stuck.terminate();
});
