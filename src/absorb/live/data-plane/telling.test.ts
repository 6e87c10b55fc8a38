import type { Outpost } from "#kernel";
import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { type LivePicture, liveTold, outpostOf } from "../contract/orders.ts";
import { scratch } from "../engine/show.testing.ts";
import { MergedCells } from "../nodes/merge.ts";
import { aRun, revealed, token } from "./node.testing.ts";
import { startNode } from "./start.ts";

test("who begins to listen after a question was closed hears its counts within a second or two", async () => {
  using at = scratch();
  const { bus, clock } = testPorts();
  const heard = (): MergedCells => {
    const merged = new MergedCells();
    bus.subscribe(liveTold.name, ({ body }) => merged.hear(liveTold.schema.parse(body)));
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
