import { expect, test } from "bun:test";
import { testPorts } from "#kernel/testing";
import { nodeCluster } from "../contract/orders.ts";
import { outcome } from "../contract/shape.ts";
import { forwardOver } from "../nodes/forwarding.ts";
import { replyTo } from "./desk.ts";
import { placesIn } from "./join/places.ts";
import {
  type NodeInTest,
  nodeInTest,
  Player,
  revealed,
  TimeByHand,
  token,
} from "./node.testing.ts";

const tries = 1_000;
const atOnce = 200;

/** Two nodes of one run, which hand each other's participants over. */
async function twoNodes(): Promise<AsyncDisposable & { nodes: NodeInTest[] }> {
  const { bus } = testPorts();
  const nodes = await Promise.all(
    [0, 1].map(async (node) => {
      const at = await nodeInTest({
        ...{ node, run: { nodes: 2 } },
        forward: (hall, to, answers) => forwardOver(bus, { run: hall.run.run, node: to, answers }),
      });
      const places = placesIn({ node, folder: at.folder });
      const hall = (run: string) => at.node.halls.get(run);
      bus.serve(nodeCluster(node), {
        request: ({ body }) => replyTo(body, { hall, places, tell: () => Promise.reject() }),
      });
      await at.order([revealed()]);
      return at;
    }),
  );
  return {
    nodes,
    [Symbol.asyncDispose]: async () => {
      for (const each of nodes) await each[Symbol.asyncDispose]();
    },
  };
}

const doorOf = ({ url }: NodeInTest): string =>
  url.replace("ws:", "http:").replace(/\/ws$/, "/answer");

type Heard = { outcome: string | number; choice: number | null };

const byGet = async (at: NodeInTest, t: string, choice: number): Promise<Heard> =>
  (await fetch(`${doorOf(at)}?t=${t}&q=0&c=${choice}`)).json() as Promise<Heard>;

const byPost = async (at: NodeInTest, t: string, choice: number): Promise<Heard> => {
  const body = new URLSearchParams({ t, q: "0", c: `${choice}` });
  return (await fetch(doorOf(at), { method: "POST", body })).json() as Promise<Heard>;
};

/** Whoever of two takes the connection from the other may answer; the one who lost it hears nothing more. */
async function bySocket(at: NodeInTest, t: string, choice: number): Promise<Heard | undefined> {
  const player = new Player(at.url, t);
  await player.until(() => player.closed !== undefined || player.told.length > 0);
  if (player.closed === undefined) player.answer(0, choice, 1);
  await player.until(() => player.closed !== undefined || player.acks.length > 0);
  player.socket.close();
  return player.acks[0];
}

/** Runs one for each number, a few at once. */
async function each(act: (n: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < tries; from += atOnce)
    await Promise.all(Array.from({ length: atOnce }, (_, n) => act(from + n)));
}

test("a thousand stolen tokens, used by two at once on sockets, by GET and by POST, at both nodes, with other choices: each counts once, and all hear the first", async () => {
  await using crowd = await twoNodes();
  const chosen = new Map<number, number>();
  await each(async (index) => {
    const t = token(index, { node: index % 2 });
    const [home, other] = [crowd.nodes[index % 2], crowd.nodes[1 - (index % 2)]];
    if (!home || !other) throw new Error("Two nodes");
    const choice = (n: number): number => (index + n) % 3;
    const heard = await Promise.all([
      bySocket(home, t, choice(0)),
      bySocket(home, t, choice(1)),
      byGet(home, t, choice(2)),
      byPost(other, t, choice(3)),
    ]);
    const said = heard.filter((one) => one !== undefined);
    expect(new Set(said.map((one) => one.choice)).size).toBe(1);
    const isFirst = ({ outcome: became }: Heard): boolean => became === "recorded" || became === 0;
    expect(said.filter(isFirst).length).toBeLessThanOrEqual(1);
    const [{ choice: first } = { choice: null }] = said;
    for (const at of [home, other])
      expect(await byGet(at, t, choice(1))).toEqual({ outcome: "repeated", choice: first });
    chosen.set(index, first ?? -1);
  });
  const counts = crowd.nodes.map(({ node }) => node.halls.get("final")?.engine.count);
  expect(counts.map((count) => count?.recorded)).toEqual([tries / 2, tries / 2]);
  const cells = [0, 1, 2].map((choice) =>
    counts.reduce((sum, count) => {
      const all = count?.cells(0) ?? new Uint32Array();
      return sum + all.subarray(choice * 6, choice * 6 + 6).reduce((a, b) => a + b, 0);
    }, 0),
  );
  const told = [0, 1, 2].map((n) => [...chosen.values()].filter((one) => one === n).length);
  expect(cells).toEqual(told);
}, 120_000);

test("a thousand players who have a question's key, and answer a moment before all may: none is counted", async () => {
  const time = new TimeByHand();
  await using at = await nodeInTest({ clocks: time });
  const question = revealed(10_000, 60_000, time.wall());
  await at.order([question]);
  const early = async (index: number): Promise<void> => {
    const player = new Player(at.url, token(index));
    await player.hears("reveal");
    player.answer(0, 1, 1, 5_000);
    expect((await player.ack(1)).outcome).toBe(outcome.early);
    player.socket.close();
  };
  time.passUntil(question.revealAt - 1);
  await each(early);
  const count = at.node.halls.get("final")?.engine.count;
  expect([count?.recorded, count?.questions[0]?.phase]).toEqual([0, "coming"]);
}, 60_000);

test("a thousand edited tokens in an address, and as many in a body, count nothing", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  await each(async (index) => {
    const good = token(index);
    const place = index % (good.length - 1);
    const now = letters.indexOf(good[place] ?? "");
    const edited = `${good.slice(0, place)}${letters[(now + 1 + (index % 63)) % 64]}${good.slice(place + 1)}`;
    for (const say of [byGet, byPost])
      expect(await say(at, edited, 1)).toEqual({ outcome: "forged", choice: null });
  });
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
}, 60_000);
