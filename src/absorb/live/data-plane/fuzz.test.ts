import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fc from "fast-check";
import { outcome, tokenKind } from "../contract/shape.ts";
import { clientFrame, handshake, hello } from "../generator/frames.ts";
import { batchAnswerBytes, batchHeadBytes, batchMax, frameKind } from "../wire/frames.ts";
import { tokenBytes, tokenOfText } from "../wire/token.ts";
import { type NodeInTest, nodeInTest, Player, revealed, token } from "./node.testing.ts";

const bytesOf = (text: string): Uint8Array => tokenOfText(text) ?? new Uint8Array(tokenBytes);
let at: NodeInTest;
beforeAll(async () => {
  at = await nodeInTest({ hasFoyer: true });
  await at.order([revealed()]);
});
afterAll(() => at[Symbol.asyncDispose]());
const recorded = (): number => at.node.halls.get("final")?.engine.count.recorded ?? -1;

/** Sends bytes in pieces, and ends; resolves when the node has let go. */
async function send(pieces: readonly Uint8Array[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: at.node.port },
    socket: { data() {}, close: () => resolve(), error: () => resolve() },
  });
  for (const piece of pieces) {
    socket.write(piece);
    socket.flush();
    await new Promise<void>((next) => void setImmediate(next));
  }
  socket.end();
  await promise;
}

const cut = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const ends = [...new Set(places.map((each) => each % (bytes.length + 1)))].toSorted(
    (a, b) => a - b,
  );
  return [0, ...ends].map((from, n) => bytes.subarray(from, ends[n] ?? bytes.length));
};

/** Somebody else is served as before. */
async function servesOn(index: number): Promise<void> {
  const player = new Player(at.url, token(index));
  await player.hears("welcome");
  player.answer(0, 1, 1);
  expect((await player.ack(1)).outcome).toBeOneOf([outcome.recorded, outcome.repeated]);
  player.socket.close();
}

test("whatever bytes come after the handshake, in whatever pieces, nothing is counted and everybody else is served", async () => {
  const before = recorded();
  const anything = fc.uint8Array({ maxLength: 400 });
  const frame = anything.map((bytes) => clientFrame(bytes));
  const edited = fc
    .tuple(frame, fc.nat(), fc.nat(255))
    .map(([bytes, place, value]) => bytes.with(place % bytes.length, value));
  const kind = fc.constantFrom(...Object.values(frameKind));
  const ours = fc
    .tuple(kind, anything)
    .map(([first, rest]) => clientFrame(Uint8Array.of(first, ...rest)));
  const stream = fc.array(fc.oneof(anything, frame, edited, ours), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      stream,
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 4 }),
      async (all, greets, places) => {
        const start = greets ? [hello(bytesOf(token(900)))] : [];
        const bytes = Buffer.concat([
          Buffer.from(handshake("/live/final/ws", "x")),
          ...start,
          ...all,
        ]);
        await send(cut(bytes, places));
      },
    ),
    { numRuns: 120 },
  );
  // Participant 900 may have said something by chance; nobody else has.
  expect(recorded() - before).toBeLessThanOrEqual(1);
  await servesOn(1);
  // Nothing is left of them.
  while (at.node.connections > 0) await Bun.sleep(1);
}, 60_000);

test("whatever a client asks for over HTTP is answered or refused, and counts nothing", async () => {
  const before = recorded();
  const paths = ["answer", "join", "place", "show", "stage", "consent", "", "client.js", "../x"];
  const text = fc.string({ maxLength: 40 }).map((each) => each.replaceAll(/[\0\r\n ]/g, ""));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "x"),
      ...[fc.constantFrom(...paths), text, text, fc.array(fc.nat(), { maxLength: 3 })],
      async (method, path, query, body, places) => {
        const content = Buffer.from(String(body));
        const head = `${method} /live/final/${path}?${encodeURI(String(query))} HTTP/1.1\r\nHost: x\r\nContent-Length: ${content.length}\r\nConnection: close\r\n\r\n`;
        await send(cut(Buffer.concat([Buffer.from(head), content]), places as number[]));
      },
    ),
    { numRuns: 80 },
  );
  expect(recorded()).toBe(before);
  await servesOn(2);
}, 60_000);

test("a batch whose length lies is struck, and none of it counts", async () => {
  const before = recorded();
  const lies = [
    { says: 0, has: 0 },
    { says: 0, has: 1 },
    { says: 2, has: 1 },
    { says: 1, has: 2 },
    { says: batchMax + 1, has: batchMax + 1 },
    { says: 0xffff, has: 1 },
    { says: 1, has: 1, more: 1 },
    { says: 1, has: 1, more: -1 },
  ];
  for (const { says, has, more = 0 } of lies) {
    const relay = new Player(at.url, token(7, { kind: tokenKind.relay }));
    await relay.hears("welcome");
    const whole = new Uint8Array(batchHeadBytes + has * batchAnswerBytes + Math.max(0, more));
    whole.set([frameKind.batch, 0, says & 0xff, says >> 8]);
    for (let n = 0; n < has; n++)
      whole.set(bytesOf(token(500 + n)), batchHeadBytes + n * batchAnswerBytes);
    const message = more < 0 ? whole.slice(0, more) : whole;
    for (let n = 0; n < 5; n++) relay.socket.send(message);
    expect(await relay.until(() => relay.closed)).toBe(4001);
  }
  expect(recorded()).toBe(before);
}, 60_000);
