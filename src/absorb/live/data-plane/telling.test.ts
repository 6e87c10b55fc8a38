import type { Outpost } from "#kernel";
import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { type LivePicture, liveTold, outpostOf, type Run } from "../contract/orders.ts";
import { scratch } from "../engine/show.testing.ts";
import { MergedCells } from "../nodes/merge.ts";
import { checkToken } from "../wire/token.ts";
import { aRun, key, Player, revealed, token } from "./node.testing.ts";
import { type RunningNode, startNode } from "./start.ts";

test("who begins to listen after a question was closed hears its counts within a second or two", async () => {
  using at = scratch();
  const { bus, clock } = testPorts();
  const heard = (): MergedCells => {
    const merged = new MergedCells();
    bus.subscribe(liveTold.name, ({ body }) => void merged.hear(liveTold.schema.parse(body)));
    return merged;
  };
  let obey: (picture: LivePicture) => void = () => {};
  const outpost: Partial<Outpost> = {
    ...{ name: outpostOf(0), clock, bus, folder: at.folder, note: () => {} },
    follow: (_, hear) => (obey = hear as never),
  };
  const { node, close } = startNode(outpost as Outpost);
  const first = heard();
  const order = (one: ReturnType<typeof aRun>["questions"][number]): void =>
    obey({
      nodes: [{ node: 0, hostname: "127.0.0.1", port: 0 }],
      runs: [aRun({ questions: [one, { state: "coming" }, { state: "coming" }] })],
    });
  order(revealed(0, 60_000, clock.now()));
  while (node.port === 0) await Bun.sleep(1);
  const answer = `http://127.0.0.1:${node.port}/live/final/answer?t=${token(1)}&q=0&c=2`;
  expect(await (await fetch(answer)).json()).toMatchObject({ outcome: "recorded" });
  order({ state: "closed" });
  const counted = (merged: MergedCells): number => merged.cells(0).reduce((all, n) => all + n, 0);
  while (counted(first) === 0 || node.halls.get("final")?.latest() !== 0) await Bun.sleep(1);
  while (node.halls.get("final")?.engine.count.questions[0]?.phase !== "closed") await Bun.sleep(1);
  const late = heard();
  while (counted(late) === 0) await Bun.sleep(1);
  expect([...late.cells(0)]).toEqual([...first.cells(0)]);
  await close();
}, 30_000);

/** Two nodes of one run that hear each other. */
async function twoNodes(folder: string, more: Partial<Run> = {}): Promise<RunningNode[]> {
  const { bus, clock } = testPorts();
  const pictures: ((picture: LivePicture) => void)[] = [];
  const running = [0, 1].map((number) => {
    const outpost: Partial<Outpost> = {
      ...{ name: outpostOf(number), clock, bus, note: () => {} },
      ...{
        folder: `${folder}/${number}`,
        follow: (_, hear) => void pictures.push(hear as never),
      },
    };
    return startNode(outpost as Outpost);
  });
  const nodes = [0, 1].map((node) => ({ node, hostname: "127.0.0.1", port: 0 }));
  for (const obey of pictures) obey({ nodes, runs: [aRun({ nodes: 2, ...more })] });
  while (running.some(({ node }) => node.port === 0)) await Bun.sleep(1);
  return running;
}

test("who joins at one node's door is counted by all nodes, and tokens say by which", async () => {
  using at = scratch();
  const nodes = await twoNodes(at.folder, { joining: "open" });
  const door = `http://127.0.0.1:${nodes[0]?.node.port}/live/final/join`;
  const body = JSON.stringify({ values: { country: "fr", age: "young" } });
  const given: number[] = [];
  for (let n = 0; n < 6; n++) {
    const said = await (await fetch(door, { method: "POST", body })).json();
    const { index, token: mine } = said as { index: number; token: string };
    given.push(index);
    expect(checkToken(key, mine, 0)).toMatchObject({ index, node: index % 2, group: 3 });
  }
  expect(given.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const { close } of nodes) await close();
}, 30_000);

test("a stage is told of the connections of all nodes together", async () => {
  using at = scratch();
  const [first, second] = await twoNodes(at.folder);
  if (!first || !second) throw new Error("There are two.");
  const wsOf = ({ node }: RunningNode): string => `ws://127.0.0.1:${node.port}/live/final/ws`;
  const players = [
    new Player(wsOf(first), token(0)),
    new Player(wsOf(first), token(2)),
    new Player(wsOf(second), token(1, { node: 1 })),
  ];
  await Promise.all(players.map((player) => player.hears("welcome")));
  const stage = `http://127.0.0.1:${first.node.port}/live/final/stage?t=${token(0, { kind: 3 })}`;
  const { body } = await fetch(stage);
  const decoder = new TextDecoder();
  const until = async (connections: number): Promise<void> => {
    for await (const bytes of body ?? [])
      if (decoder.decode(bytes).includes(`"connections":${connections},`)) return;
    throw new Error(`The stage ended before it told of ${connections}.`);
  };
  await until(3);
  await first.close();
  await second.close();
}, 30_000);
