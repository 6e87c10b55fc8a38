import { expect, test } from "bun:test";
import { outcome, tokenKind } from "../contract/shape.ts";
import { batchFrame, clientFrame, handshake, hello } from "../generator/frames.ts";
import { sipKey } from "../wire/sip-hash.ts";
import { signToken, tokenBytes, tokenOfText } from "../wire/token.ts";
import { type NodeInTest, nodeInTest, Player, revealed, token } from "./node.testing.ts";

const tries = 1_000;
const bytesOf = (text: string): Uint8Array => tokenOfText(text) ?? new Uint8Array(tokenBytes);
const recorded = (at: NodeInTest): number =>
  at.node.halls.get("final")?.engine.count.recorded ?? -1;

/** Speaks raw bytes after the handshake; resolves with all that came until the other side ended it. */
async function raw(at: NodeInTest, frames: readonly Uint8Array[]): Promise<Buffer> {
  const heard: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: at.node.port },
    socket: {
      data: (_, bytes) => void heard.push(Buffer.from(bytes)),
      close: () => resolve(),
    },
  });
  socket.write(handshake("/live/final/ws", "x"));
  for (const frame of frames) socket.write(frame);
  await promise;
  return Buffer.concat(heard);
}

/** Sends one answer for each token through a relay, and resolves with what became of them. */
async function relayed(at: NodeInTest, tokens: readonly Uint8Array[]): Promise<number[]> {
  const frame = batchFrame(tokens.length);
  for (const [n, each] of tokens.entries()) frame.bytes.set(each, frame.answerAt(n));
  const relay = new Player(at.url, token(0, { kind: tokenKind.relay }));
  await relay.hears("welcome");
  const answer = Promise.withResolvers<Uint8Array>();
  relay.socket.addEventListener("message", ({ data }) => {
    const bytes = typeof data === "string" ? new Uint8Array() : new Uint8Array(data);
    if (bytes[0] === 0x83) answer.resolve(bytes);
  });
  // A browser's socket masks by itself.
  relay.socket.send(frame.bytes.slice(frame.numberAt - 4));
  const said = await answer.promise;
  relay.socket.close();
  return Array.from(said.subarray(8), (each) => each >> 4);
}

const all = (of: number): number[] => Array.from({ length: tries }, () => of);
const many = (make: (n: number) => string): Uint8Array[] =>
  Array.from({ length: tries }, (_, n) => bytesOf(make(n)));

test("a thousand tokens each that are edited, made up, expired, of another run or of another kind count nothing", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const edited = many((n) => token(n)).map((bytes, n) => {
    const bit = n % 160;
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes;
  });
  const strange = sipKey(new Uint8Array(16).fill(6));
  const fields = { kind: tokenKind.participant, node: 0, group: 0, expiresS: 2 ** 31 };
  expect(await relayed(at, edited)).toEqual(all(outcome.forged));
  expect(
    await relayed(
      at,
      many(() => "").map(() => crypto.getRandomValues(new Uint8Array(tokenBytes))),
    ),
  ).toEqual(all(outcome.forged));
  expect(
    await relayed(
      at,
      many((index) => signToken(strange, { ...fields, index })),
    ),
  ).toEqual(all(outcome.forged));
  expect(
    await relayed(
      at,
      many((n) => token(n, { expiresS: 1_000 })),
    ),
  ).toEqual(all(outcome.expired));
  for (const kind of [tokenKind.stage, tokenKind.relay])
    expect(
      await relayed(
        at,
        many((n) => token(n, { kind })),
      ),
    ).toEqual(all(outcome.forged));
  expect(recorded(at)).toBe(0);
});

test("a thousand replays of one token count once; an index or a group beyond the show counts nothing", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const replayed = await relayed(
    at,
    many(() => token(5)),
  );
  expect(replayed.filter((each) => each === outcome.recorded)).toHaveLength(1);
  expect(
    await relayed(
      at,
      many((n) => token(1_000 + n)),
    ),
  ).toEqual(all(outcome.malformed));
  expect(
    await relayed(
      at,
      many((n) => token(n, { group: 6 })),
    ),
  ).toEqual(all(outcome.malformed));
  expect(recorded(at)).toBe(1);
});

test("a thousand answers before the reveal count nothing, also through the one who was told when it is", async () => {
  await using at = await nodeInTest();
  await at.order([revealed(30_000)]);
  expect(
    await relayed(
      at,
      many((n) => token(n)),
    ),
  ).toEqual(all(outcome.early));
  expect(recorded(at)).toBe(0);
});

test("who breaks the protocol is let go, and everybody else is served on", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const unmasked = Uint8Array.of(0x82, 4, 1, 2, 3, 4);
  const reserved = Uint8Array.of(0xc2, 0x84, 0, 0, 0, 0, 1, 2, 3, 4);
  const endless = Uint8Array.of(0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const large = Uint8Array.of(0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0);
  const noControl = Uint8Array.of(0x8b, 0x80, 0, 0, 0, 0);
  const pieces = Uint8Array.of(0x02, 0x81, 0, 0, 0, 0, 9, 0x02, 0x81, 0, 0, 0, 0, 9);
  for (const frames of [[unmasked], [reserved], [endless], [large], [noControl], [pieces]])
    expect((await raw(at, frames)).toString("latin1")).toStartWith("HTTP/1.1 101");
  const answers = Array.from({ length: 5 }, () => clientFrame(new Uint8Array(12).fill(2)));
  expect((await raw(at, answers)).subarray(-2)).toEqual(Buffer.from([4001 >> 8, 4001 & 0xff]));
  const claims = clientFrame(Uint8Array.of(3, 0, 0xff, 0xff, 0, 0, 0, 0));
  await raw(at, [hello(bytesOf(token(1, { kind: tokenKind.relay }))), ...Array(5).fill(claims)]);
  const player = new Player(at.url, token(3));
  await player.hears("reveal");
  player.answer(0, 1, 1);
  expect((await player.ack(1)).outcome).toBe(outcome.recorded);
  expect(recorded(at)).toBe(1);
});

test("floods of pings, of pongs and of answers are let go", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const control = (first: number): Uint8Array => Uint8Array.of(first, 0x80, 0, 0, 0, 0);
  const answer = clientFrame(Uint8Array.of(2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  // In one write, so that they come within two seconds of the clock at most.
  for (const [frame, count] of [
    [control(0x89), 60],
    [control(0x8a), 60],
    [answer, 450],
  ] as const) {
    const flood = Buffer.concat(Array.from({ length: count }, () => frame));
    const heard = await raw(at, [hello(bytesOf(token(1))), flood]);
    expect(heard.subarray(-2)).toEqual(Buffer.from([4001 >> 8, 4001 & 0xff]));
  }
  expect(recorded(at)).toBe(1);
});

test("who asks without end and reads nothing is let go before it costs much", async () => {
  await using at = await nodeInTest();
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = Buffer.from(
    "GET /live/final/answer?t=x&q=0&c=0 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2_000),
  );
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: at.node.port },
    socket: { open: (it) => it.pause(), data() {}, close: () => resolve(), error: () => resolve() },
  });
  for (let n = 0; n < 20; n++) socket.write(asked);
  await promise;
  expect(at.node.connections).toBe(0);
});
