import { expect, test } from "bun:test";
import { outcome, tokenKind } from "../contract/shape.ts";
import type { EngineOptions } from "../engine/engine.ts";
import { show } from "../engine/show.testing.ts";
import { batchFrame } from "../generator/frames.ts";
import { tokenBytes, tokenOfText } from "../wire/token.ts";
import {
  type NodeInTest,
  nodeInTest,
  Player,
  revealed,
  TimeByHand,
  token,
} from "./node.testing.ts";
import { roundTripCreditMsMax } from "./timing.ts";

const timeoutMs = 60_000;
const tries = 1_000;
/** Fair players among the liars: numbers above theirs. */
const fairCount = 40;
/** From the reveal on; before it everybody has connected and echoed. */
const lastMs = 10_000;
const quietMs = 15_000;
const keyHeardAt = -200;
/** The number of a friend who lends their token. */
const other = (index: number): number => index + tries + fairCount;

/** Somebody who answers: `tookMs` is when the answer is sent in truth, after the reveal; all moments are counted from there. */
type Somebody = {
  index: number;
  tookMs: number;
  /** One way to the node. */
  wayMs: number;
  claimMs: number;
  /** What the node measures as the round trip: theirs, or what they make of it. */
  echoMs: number;
  /** When they say hello; long before the reveal unless told otherwise. */
  greetsAt?: number;
  /** Was there before the reveal: on a connection that was left, on the same one without a name, or under another name. */
  before?: "left" | "nameless" | "another";
};
type Lie = (n: number) => Partial<Somebody>;

/** Many do the same at the same moment, so that time stands still less often. */
const stepMs = 20;
/** Spread over the time, with no order that could help: a prime step through it. */
const spread = (n: number, over: number): number =>
  stepMs * (1 + ((n * 7_919) % Math.floor(over / stepMs - 1)));
const wayOf = (n: number): number => 10 + (n % 6) * stepMs;

function somebody(index: number, lie: Partial<Somebody> = {}, fromMs = 0): Somebody {
  const [tookMs, wayMs] = [fromMs + spread(index, lastMs - fromMs - 500), wayOf(index)];
  return { index, tookMs, wayMs, claimMs: tookMs, echoMs: 2 * wayMs, ...lie };
}

const noDisk: EngineOptions["disk"] = () => ({
  ...{ write() {}, sync() {}, syncBeside: (done) => done(undefined), close() {} },
});

/** What happens at a moment, and is over before time goes on. */
type Moment = { at: number; act: () => Promise<unknown> };

async function live(time: TimeByHand, revealAt: number, moments: readonly Moment[]): Promise<void> {
  const byTime = Map.groupBy(moments, ({ at }) => at);
  for (const [at, together] of [...byTime].toSorted(([a], [b]) => a - b)) {
    time.passUntil(revealAt + at);
    await Promise.all(together.map(({ act }) => act()));
  }
}

/** What one of them does, moment by moment. */
function moments(at: NodeInTest, who: Somebody): Moment[] {
  const { index, before } = who;
  // Not all at once: a system holds a few hundred connections that are not taken yet, and lets the others wait for a second.
  const firstAt = -quietMs - (index % 8) * stepMs - (index >= tries ? stepMs * 8 : 0);
  const { greetsAt = firstAt } = who;
  const seat = () => at.node.halls.get("final")?.seats.get(index);
  let player: Player | undefined;
  const connects = async (): Promise<void> => {
    const name =
      before === "nameless" ? undefined : token(before === "another" ? other(index) : index);
    player = new Player(at.url, name, { echoes: false });
    await (name === undefined ? player.open() : player.until(() => player?.isProbed));
  };
  const greets = async (): Promise<void> => {
    if (before === undefined || before === "left") return await connects();
    player?.echo();
    player?.hello(token(index));
    await player?.until(() => player?.isProbed);
  };
  const echoes = async (): Promise<void> => {
    player?.echo();
    while (seat()?.roundTripMs === 0) await Bun.sleep(0);
  };
  const answers = async (): Promise<void> => {
    // A second answer with a better claim is none.
    player?.answer(0, 1, 1, who.claimMs);
    player?.answer(0, 1, 2, 0);
    expect((await player?.ack(1))?.outcome).toBe(outcome.recorded);
    expect((await player?.ack(2))?.outcome).toBe(outcome.repeated);
  };
  const hearsKey = { at: keyHeardAt, act: async () => player?.hears("reveal") };
  const leaves = { at: greetsAt - 1, act: async () => player?.socket.close() };
  const first: Moment[] = before === undefined ? [] : [{ at: firstAt, act: connects }, hearsKey];
  if (before === "left") first.push(leaves);
  return [
    ...first,
    { at: greetsAt, act: greets },
    { at: greetsAt + who.echoMs, act: echoes },
    // Once all have the key, the node does nothing more by itself.
    { at: Math.max(greetsAt, keyHeardAt), act: async () => player?.hears("reveal") },
    { at: who.tookMs + who.wayMs, act: answers },
  ];
}

/** A thousand who lie in one way, among some who do not: nobody is ranked before who was faster by more than the bound. */
async function contest(lie: Lie, { lookMs = 0, fromMs = 0 } = {}): Promise<void> {
  const time = new TimeByHand();
  await using at = await nodeInTest({
    clocks: time,
    disk: noDisk,
    run: { shape: show(other(tries + fairCount)) },
  });
  const liars = Array.from({ length: tries }, (_, n) => somebody(n, lie(n)));
  const fair = Array.from({ length: fairCount }, (_, n) => somebody(tries + n, {}, fromMs));
  const revealAt = time.wall() + 2 * quietMs;
  const all = [...liars, ...fair];
  await live(time, revealAt, [
    ...all.flatMap((who) => moments(at, who)),
    { at: 1 - quietMs, act: () => at.order([revealed(0, 60_000, revealAt)]) },
    { at: keyHeardAt - 1_000, act: async () => (time.lookMs = lookMs) },
    { at: keyHeardAt + 1, act: async () => (time.lookMs = 0) },
  ]);

  const { standings, recorded } = at.node.halls.get("final")?.engine.count ?? {};
  expect(recorded).toBe(all.length);
  const placeOf = ({ index }: Somebody): { rank: number; latencyMs: number } =>
    standings?.rank(index) ?? { rank: Number.NaN, latencyMs: Number.NaN };
  for (const who of fair) expect(placeOf(who).latencyMs).toBe(who.tookMs);
  const gained = liars.map((who) => who.tookMs - placeOf(who).latencyMs);
  expect(Math.max(...gained)).toBeLessThanOrEqual(roundTripCreditMsMax);
  const overtaken = fair.flatMap((who) =>
    liars.filter(
      (liar) =>
        who.tookMs + roundTripCreditMsMax < liar.tookMs && placeOf(liar).rank <= placeOf(who).rank,
    ),
  );
  expect(overtaken).toEqual([]);
}

const lies: Record<string, Lie> = {
  "say that they took no time": () => ({ claimMs: 0 }),
  "take their way off, and more": (n) => ({
    claimMs: Math.max(0, spread(n, lastMs - 500) - 3 * wayOf(n)),
  }),
  "send numbers that are negative, or too large": (n) => ({
    claimMs: [-1, -spread(n, lastMs), 2 ** 31, 2 ** 32 - 1, 2 ** 24][n % 5] ?? 0,
  }),
  "hold an answer back, and claim that it is from before": (n) => ({
    ...{ tookMs: lastMs / 2 + spread(n, lastMs / 2 - 500), claimMs: spread(n, 200) },
  }),
  "delay echoes, so that their way seems long": (n) => ({
    claimMs: 0,
    echoMs: spread(n, quietMs - 1_000),
  }),
  "were never sent the reveal, and come after it": (n) => ({
    ...{ claimMs: 0, greetsAt: spread(n, 2_000), echoMs: spread(n, 1_000) },
    tookMs: 3_500 + spread(n, lastMs - 4_000),
  }),
  "have seen the question, and come again with a new connection": (n) => ({
    ...{ claimMs: 0, before: "left", greetsAt: 1 + spread(n, 2_000), echoMs: spread(n, 1_000) },
    tookMs: 3_500 + spread(n, lastMs - 4_000),
  }),
};

for (const [what, lie] of Object.entries(lies))
  test(
    `a thousand who ${what}: none is ranked before who was faster by more than a round trip's credit`,
    () => contest(lie),
    timeoutMs,
  );

for (const before of ["nameless", "another"] as const)
  test(
    `a thousand who watch on a slow node as ${before}, and say who they are when they have read the question: their time runs from the reveal`,
    () =>
      contest(
        (n) => ({
          ...{ claimMs: 0, before, greetsAt: 5_000 + stepMs * (n % 8), echoMs: 100 },
          tookMs: 5_500 + spread(n, lastMs - 6_000),
        }),
        { lookMs: 2, fromMs: 5_000 },
      ),
    timeoutMs,
  );

test(
  "a relay that delays echoes and claims no time for a thousand gains what one player does",
  async () => {
    const time = new TimeByHand();
    await using at = await nodeInTest({ clocks: time });
    const relay = new Player(at.url, token(0, { kind: tokenKind.relay }), { echoes: false });
    await relay.until(() => relay.isProbed);
    const question = revealed(20_000, 60_000, time.wall());
    await at.order([question]);
    time.passUntil(question.revealAt - 1_000);
    relay.echo();
    time.passUntil(question.revealAt + 5_000);
    const frame = batchFrame(tries);
    for (let n = 0; n < tries; n++) {
      frame.bytes.set(tokenOfText(token(n)) ?? [], frame.answerAt(n));
      frame.bytes[frame.answerAt(n) + tokenBytes + 1] = 1;
    }
    relay.socket.send(frame.bytes.slice(frame.numberAt - 4));
    const count = at.node.halls.get("final")?.engine.count;
    while (count?.recorded !== tries) await Bun.sleep(1);
    expect(count.standings.top(1)).toMatchObject([{ latencyMs: 5_000 - roundTripCreditMsMax }]);
  },
  timeoutMs,
);
