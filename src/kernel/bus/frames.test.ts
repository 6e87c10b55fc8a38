import { expect, test } from "bun:test";
import { type Frame, encode, FrameReader, mayDrop } from "./frames.ts";
import { queuedBytesMax, SocketWriter } from "./socket-writer.ts";
import { TunnelEnd, windowBytes } from "./tunnel.ts";

test("frames survive a stream that is cut anywhere", () => {
  const frames: Frame[] = [
    { head: { t: "pub", topic: "é", body: { n: 1 } } },
    { head: { t: "data", id: "x", to: "opener", n: 3 }, tail: new Uint8Array([1, 2, 3]) },
    { head: { t: "data", id: "x", to: "opener", n: 4 }, tail: new Uint8Array() },
    { head: { t: "unsub", pattern: "*" } },
  ];
  const stream = Buffer.concat(frames.map((frame) => encode(frame)));
  for (const size of [1, 2, 7, 64, stream.length]) {
    const reader = new FrameReader();
    const read: Frame[] = [];
    for (let at = 0; at < stream.length; at += size)
      read.push(...reader.read(stream.subarray(at, at + size)));
    expect(read).toEqual(frames);
  }
});

test("a frame that claims to be huge is refused before its bytes are kept", () => {
  const claim = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2]);
  expect(() => [...new FrameReader().read(claim)]).toThrow(RangeError);
});

test("a socket that takes a part gets the rest later, byte for byte", () => {
  const out: number[] = [];
  let room = 5;
  let dropped = 0;
  const sink = {
    write: (bytes: Uint8Array) => {
      const taken = Math.min(room, bytes.length);
      out.push(...bytes.subarray(0, taken));
      room -= taken;
      return taken;
    },
    terminate: () => undefined,
  };
  const writer = new SocketWriter(sink, { onDrop: () => dropped++ });
  const frames: Frame[] = [1, 2, 3].map((n) => ({ head: { t: "pub", topic: "t", body: n } }));
  for (const frame of frames) expect(writer.send(frame)).toBe(true);
  for (let turn = 0; turn < 50; turn++) {
    room = 7;
    writer.drain();
  }
  expect(out).toEqual([...Buffer.concat(frames.map((frame) => encode(frame)))]);
  expect(dropped).toBe(0);
});

test("a full socket drops what may be lost, keeps what may not, and is cut off when that is too much", () => {
  let terminated = 0;
  let dropped = 0;
  const sink = { write: () => 0, terminate: () => terminated++ };
  const writer = new SocketWriter(sink, { onDrop: () => dropped++ });
  const message: Frame = { head: { t: "pub", topic: "t", body: "x".repeat(1_000_000) } };
  const fact: Frame = { head: { t: "fail", call: 1, why: "x".repeat(1_000_000) } };
  expect([mayDrop(message.head), mayDrop(fact.head)]).toEqual([true, false]);
  let sent = 0;
  while (writer.send(message)) sent++;
  expect(sent * 1_000_000).toBeGreaterThan(queuedBytesMax - 1_000_000);
  expect(sent * 1_000_000).toBeLessThan(queuedBytesMax + 1_000_000);
  expect(dropped).toBe(1);
  expect(terminated).toBe(0);
  for (let more = 0; more < 12; more++) writer.send(fact);
  expect(terminated).toBeGreaterThan(0);
});

test("a gap closes a tunnel with a reason; what came before it is read", async () => {
  const ends: (string | undefined)[] = [];
  const wire = {
    data: () => undefined,
    credit: () => undefined,
    end: (why: string | undefined) => void ends.push(why),
  };
  const tunnel = new TunnelEnd(wire);
  tunnel.receive(0, new Uint8Array([7]));
  tunnel.receive(2, new Uint8Array([9]));
  expect(await tunnel.closed).toContain("part 1 is missing");
  expect(ends).toEqual(["Gap: part 1 is missing."]);
  const read: number[] = [];
  for await (const [first] of tunnel) read.push(first ?? -1);
  expect(read).toEqual([7]);
});

test("a side that sends beyond its credit is cut off", async () => {
  const quiet = { data: () => undefined, credit: () => undefined, end: () => undefined };
  const tunnel = new TunnelEnd(quiet);
  for (let n = 0; n * 65_536 <= windowBytes; n++) tunnel.receive(n, new Uint8Array(65_536));
  expect(await tunnel.closed).toContain("more than it may");
});
