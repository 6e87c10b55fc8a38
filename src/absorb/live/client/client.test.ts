import { gzipSync } from "bun";
import { expect, test } from "bun:test";
import { outcome } from "../contract/outcomes.ts";
import { crowdTold } from "../data-plane/questions.ts";
import { livePages } from "../pages/pages.ts";
import { roundOf } from "../pages/player/round-of.ts";
import { ackBytes, frameKind, type Told } from "../wire/frames.ts";
import { sealed } from "../wire/seal.ts";
import { waitMs } from "./backoff.ts";
import { joinLive } from "./client.ts";
import { NodeClock } from "./clock.ts";

const clientBytesMax = 4_000;

test("the client is a few kilobytes, and its pages load nothing from elsewhere", async () => {
  const pages = livePages();
  const client = await pages("/client.js");
  expect(gzipSync(client?.body ?? new Uint8Array()).length).toBeLessThan(clientBytesMax);
  const page = await pages("/");
  expect(new TextDecoder().decode(page?.body)).not.toMatch(/https?:/);
  expect(page?.headers["content-security-policy"]).toContain("default-src 'none'");
  for (const path of ["/../main.ts", "/__proto__", "/constructor", "/player.ts"])
    expect(await pages(path)).toBeUndefined();
});

test("a crowd that was cut off together comes back spread out, and nobody waits for long", () => {
  const waits = Array.from({ length: 100 }, (_, n) => waitMs(5, () => n / 100));
  expect(new Set(waits).size).toBe(100);
  for (let tries = 0; tries < 50; tries++) expect(waitMs(tries, () => 0.999)).toBeLessThan(6_000);
});

/** When each of a crowd is back whose node was away for so long, counted from when it is there again. */
function comingBack(crowd: number, awayMs: number, spanMs: number): number[] {
  let seed = 1;
  // Lehmer's generator with Park and Miller's constants: the same crowd each time.
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: crowd }, () => {
    let at = 0;
    for (let tries = 0; at < awayMs || tries === 0; tries++) at += waitMs(tries, chance, spanMs);
    return at - awayMs;
  });
}
const busiestTenth = (moments: readonly number[]): number =>
  Math.max(
    ...Map.groupBy(moments, (at) => Math.floor(at / 100))
      .values()
      .map((all) => all.length),
  );

test("ten thousand whose node restarts come back no faster than it can take them, a hundred thousand neither", () => {
  for (const crowd of [10_000, 100_000])
    for (const awayMs of [0, 1_000, 60_000]) {
      const told = crowdTold(crowd);
      const spanMs = told.is === "crowd" ? told.comeBackWithinMs : 0;
      const moments = comingBack(crowd, awayMs, spanMs);
      // Two in a millisecond on average, and no crowd within it.
      expect(busiestTenth(moments)).toBeLessThan(500);
      expect(Math.max(...moments)).toBeLessThan(2 * Math.max(spanMs, 6_000));
    }
  // Without the node's word: a sixth of them in the same tenth of a second.
  expect(busiestTenth(comingBack(10_000, 1_000, 0))).toBeGreaterThan(1_200);
});

test("what many looks at the node's clock allow together is nearer than any one of them", () => {
  const clock = new NodeClock();
  expect(clock.isKnown).toBe(false);
  // The node is 5,000 ahead; each way is slow in another direction.
  clock.hear({ sentAt: 0, heardAt: 400, nodeAt: 5_390 });
  clock.hear({ sentAt: 1_000, heardAt: 1_400, nodeAt: 6_010 });
  clock.hear({ sentAt: 3_000, heardAt: 2_900, nodeAt: 1 }); // A clock that went back tells nothing.
  expect(Math.abs(clock.here(10_000) - 5_000)).toBeLessThan(1);
});

test("a clock that drifts is followed, and one that was set is believed anew", () => {
  const clock = new NodeClock();
  const look = (at: number, ahead: number, wayMs: number): void =>
    clock.hear({ sentAt: at, heardAt: at + 2 * wayMs, nodeAt: at + ahead + wayMs });
  look(0, 5_000, 1);
  // An hour later the node is 90 ms further ahead, and the net is slower: the best look of before must not win.
  for (let n = 0; n < 20; n++) look(3_600_000 + n * 15_000, 5_090, 20);
  expect(Math.abs(clock.here(5_000_000) - (5_000_000 - 5_090))).toBeLessThan(20);
  look(4_000_000, 65_000, 20);
  expect(clock.here(5_000_000)).toBeCloseTo(5_000_000 - 65_000, 0);
});

const key = new Uint8Array(16).fill(7);
const base64url = (bytes: Uint8Array): string =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });
const token = base64url(new Uint8Array(20));
const sealedText = (question: number): Told => {
  const text = JSON.stringify({ text: `Question ${question}`, choices: ["a", "b"] });
  return {
    ...{ is: "sealed", question },
    sealed: base64url(sealed(key, new TextEncoder().encode(text))),
  };
};
const revealNow = (question: number): Told => ({
  ...{ is: "reveal", question, key: base64url(key) },
  ...{ revealAt: Date.now(), closesAt: Date.now() + 60_000 },
});
const repeated = (question: number): Uint8Array<ArrayBuffer> => {
  const frame = new Uint8Array(ackBytes);
  frame.set([frameKind.ack, outcome.repeated, 1, question]);
  return frame;
};

type Socket = Bun.ServerWebSocket<undefined>;
/** A node by script: `said` hears each frame of a client but looks at the clock, and on which of its connections. */
function nodeBy(said: (to: Socket, kind: number, connection: number, frame: Buffer) => void) {
  let connections = 0;
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: (request, own) => (own.upgrade(request) ? undefined : new Response("")),
    websocket: {
      open: () => void connections++,
      message: (to: Socket, frame) => {
        const bytes = Buffer.from(frame);
        if (bytes[0] !== frameKind.time) said(to, bytes[0] ?? 0, connections, bytes);
      },
    },
  });
  const tell = (to: Socket, ...all: Told[]): void =>
    all.forEach((told) => void to.send(JSON.stringify(told)));
  return { server, tell, url: `http://127.0.0.1:${server.port}/live/final` };
}
const welcome = (): Told => ({ is: "welcome", run: "final", now: Date.now(), index: 0 });

test("who comes back in the second question with an answer to the first hears of each, and the screen only of its own", async () => {
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  const told: { question: number; isOnScreen: boolean }[] = [];
  let round: { question: number } | undefined;
  const node = nodeBy((to, kind, connection, frame) => {
    if (kind === frameKind.hello)
      return node.tell(to, welcome(), sealedText(connection - 1), revealNow(connection - 1));
    // The answer is on disk, and the network goes before its ack.
    if (connection === 1) return to.terminate();
    if (frame[1] === 1) for (const question of [0, 1]) to.send(repeated(question));
  });
  const client = joinLive({
    ...{ url: node.url, token, chance: () => 0 },
    shown: ({ question }) => {
      round = { question };
      client.answer(question, 1);
    },
    counted: ({ question }) => {
      told.push({ question, isOnScreen: roundOf(round, question) !== undefined });
      if (question === 1) resolve();
    },
  });
  await isOver;
  expect(told).toEqual([
    { question: 0, isOnScreen: false },
    { question: 1, isOnScreen: true },
  ]);
  client.close();
  await node.server.stop(true);
}, 30_000);

test("of two windows with one token the later one plays, and the other says so and stays away", async () => {
  const states: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const node = nodeBy((to, kind) => kind === frameKind.hello && to.close(4000));
  const client = joinLive({
    ...{ url: node.url, token, chance: () => 0 },
    state: (state) => {
      states.push(state);
      if (state === "elsewhere") resolve();
    },
  });
  await promise;
  client.close();
  expect(states).toEqual(["connecting", "elsewhere"]);
  await node.server.stop(true);
});

test("a player whose node is away keeps the token and asks again; only a token that is no good is refused", async () => {
  const why = Promise.withResolvers<number>();
  const hellos: number[] = [];
  const states: string[] = [];
  const node = nodeBy((to, kind, connection) => {
    if (kind !== frameKind.hello) return;
    hellos.push(connection);
    node.tell(to, {
      is: "refused",
      why: connection < 3 ? outcome.nodeAway : outcome.expired,
    });
  });
  const client = joinLive({
    ...{ url: node.url, token, chance: () => 0 },
    state: (state) => void states.push(state),
    refused: why.resolve,
  });
  expect(await why.promise).toBe(outcome.expired);
  expect(hellos).toEqual([1, 2, 3]);
  expect(states.filter((state) => state === "offline")).toHaveLength(2);
  client.close();
  await node.server.stop(true);
}, 30_000);
