import { expect, test } from "bun:test";
import { outcome, tokenKind } from "../contract/shape.ts";
import { batchFrame } from "../generator/frames.ts";
import { sipKey } from "../wire/sip-hash.ts";
import { signToken, tokenBytes, tokenOfText } from "../wire/token.ts";
import { nodeInTest, Player, revealed, TimeByHand, token } from "./node.testing.ts";

const relayToken = (number: number, more: object = {}): string =>
  token(number, { kind: tokenKind.relay, ...more });

/** A batch with one answer, as a message. */
function batchOf(text: string): Uint8Array<ArrayBuffer> {
  const { bytes, answerAt, numberAt } = batchFrame(1);
  bytes.set(tokenOfText(text) ?? new Uint8Array(tokenBytes), answerAt(0));
  return bytes.slice(numberAt - 4);
}

test("a relay that is ended is let go at once, on all its connections, and cannot come back; others stay", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const ended = [new Player(at.url, relayToken(7)), new Player(at.url, relayToken(7))];
  const other = new Player(at.url, relayToken(8));
  for (const each of [...ended, other]) await each.hears("welcome");
  await at.order([], { endedRelays: [7] });
  for (const each of ended) {
    expect((await each.hears("refused")).why).toBe(outcome.expired);
    expect(await each.until(() => each.closed)).toBe(4002);
  }
  const again = new Player(at.url, relayToken(7));
  expect((await again.hears("refused")).why).toBe(outcome.expired);
  const count = at.node.halls.get("final")?.engine.count;
  again.socket.send(batchOf(token(3)));
  other.socket.send(batchOf(token(4)));
  await other.until(() => count?.recorded === 1);
  expect(count?.standings.rank(3)).toBeUndefined();
});

test("a connection ends with its token, not when it happens to come back", async () => {
  const time = new TimeByHand();
  await using at = await nodeInTest({ clocks: time });
  const expiresS = Math.floor(time.wall() / 1_000) + 10;
  const player = new Player(at.url, token(3, { expiresS }));
  const relay = new Player(at.url, relayToken(7, { expiresS }));
  const other = new Player(at.url, token(4));
  for (const each of [player, relay, other]) await each.hears("welcome");
  time.passUntil(expiresS * 1_000 + 60_000);
  for (const each of [player, relay]) expect(await each.until(() => each.closed)).toBe(4002);
  await at.order([revealed(0, 60_000, time.wall())]);
  other.answer(0, 1, 1);
  expect((await other.ack(1)).outcome).toBe(outcome.recorded);
});

test("a relay answers for nobody by itself, and a player hands in nothing for others", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const relay = new Player(at.url, relayToken(3));
  const player = new Player(at.url, token(3));
  for (const each of [relay, player]) await each.hears("welcome");
  for (let n = 0; n < 5; n++) {
    relay.answer(0, 1, n);
    player.socket.send(batchOf(token(5)));
  }
  for (const each of [relay, player]) expect(await each.until(() => each.closed)).toBe(4001);
  const asked = at.url.replace("ws", "http").replace(/ws$/, "answer");
  for (const kind of [tokenKind.relay, tokenKind.stage]) {
    const said = await fetch(`${asked}?t=${token(3, { kind })}&q=0&c=1`);
    expect([said.status, await said.json()]).toEqual([403, { outcome: "forged", choice: null }]);
  }
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
});

test("a token of a rehearsal is nothing in the show, and one of the show nothing in the rehearsal", async () => {
  await using show = await nodeInTest();
  const otherKey = new Uint8Array(16).fill(9);
  const tokenKey = otherKey.toBase64({ alphabet: "base64url", omitPadding: true });
  await using rehearsal = await nodeInTest({ run: { tokenKey } });

  const expiresS = Math.floor(Date.now() / 1_000) + 600;
  const rehearsed = signToken(sipKey(otherKey), { kind: 1, node: 0, index: 3, group: 0, expiresS });
  for (const [at, foreign] of [
    [show, rehearsed],
    [rehearsal, token(3)],
  ] as const) {
    await at.order([revealed()]);
    const player = new Player(at.url, foreign);
    expect((await player.hears("refused")).why).toBe(outcome.forged);
    const said = await fetch(
      `${at.url.replace("ws", "http").replace(/ws$/, "answer")}?t=${foreign}&q=0&c=1`,
    );
    expect(said.status).toBe(403);
    expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
  }
});
