import { capability, isRefusal, type Outpost, type Refusal } from "#kernel";
import { testCastor, testPorts, type TestPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import {
  addOrder,
  armOrder,
  closeOrder,
  issueOrder,
  joinedElsewhere,
  livePicture,
  type LivePicture,
  onAir,
  openDoorsOrder,
  outpostOf,
  relayOrder,
  revealOrder,
  unknownValue,
} from "./contract.ts";
import { Player } from "./data-plane/node.testing.ts";
import { startNode } from "./data-plane/start.ts";
import { scratch } from "./engine/show.testing.ts";
import { batchFrame } from "./generator/frames.ts";
import { live } from "./index.ts";
import { aShow, yaml } from "./show.testing.ts";
import { keyOf } from "./tokens.ts";
import { checkToken, tokenBytes, tokenOfText } from "./wire/token.ts";

test("the organiser's backend gives out tokens by its own numbers, and only where the door does not", async () => {
  const shows = { final: { ...yaml.shows.final, joining: "backend" } };
  await using show = await aShow({ shows });
  const { castor, ports } = show;
  const asked = { show: "final", participants: [{ index: 41, values: { age: "old" } }] };
  const closed = await castor.act("live.issue", asked);
  expect(isRefusal(closed) && closed.problem.type).toBe("live.not-now");
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  const issued = (await castor.act("live.issue", asked)) as { tokens: { token: string }[] };
  const key = keyOf(ports.snapshots.get(livePicture)?.value.runs[0] as never);
  const token = checkToken(key, issued.tokens[0]?.token ?? "", 0);
  expect(token).toMatchObject({ index: 41, group: 1, node: 0, kind: 1 });
  for (const wrong of [
    { index: 1, values: { age: "unborn" } },
    { index: 10_000, values: { age: "old" } },
  ]) {
    const refused = await castor.act("live.issue", { show: "final", participants: [wrong] });
    expect(isRefusal(refused) && refused.problem.type).toBe(unknownValue.type);
  }
  expect(await castor.act("live.backend-key", { show: "final" })).toMatchObject({ run: "final" });
  expect(castor.types()).toContain("live.key-told");
  const links = (await castor.act("live.links", { show: "final" })) as {
    play: string;
    stage: string;
  };
  expect(links.play).toBe("http://127.0.0.1:7700/live/final/");
  expect(checkToken(key, links.stage.split("#t=")[1] ?? "", 0)).toMatchObject({ kind: 3 });
});

test("where the door gives out tokens nobody else does, and its key is told to nobody", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  for (const [verb, more] of [
    ["live.backend-key", {}],
    ["live.issue", { participants: [{ index: 0, values: { age: "old" } }] }],
  ] as const) {
    const refused = await castor.act(verb, { show: "final", ...more });
    expect(isRefusal(refused) && refused.problem.type).toBe(joinedElsewhere.type);
  }
});

const counter = capability({
  id: "vote",
  about: "A test.",
  config: z.object({}),
  orders: [addOrder, openDoorsOrder, issueOrder, relayOrder, armOrder, revealOrder, closeOrder],
  asks: [onAir],
});

/** A node of its own process, but for the process. */
function nodeOf({ bus, clock }: TestPorts, folder: string) {
  let obey: (picture: LivePicture) => void = () => {};
  const outpost: Partial<Outpost> = {
    ...{ name: outpostOf(0), clock, bus, folder, note: () => {} },
    follow: (_, hear) => (obey = hear as never),
  };
  return { ...startNode(outpost as Outpost), obey: (picture: LivePicture) => obey(picture) };
}

function done<T>(answer: T | Refusal): T {
  if (isRefusal(answer)) throw new Error(answer.problem.type);
  return answer;
}

test("another capability counts a crowd by orders and questions alone: voices by its own numbers, each once", async () => {
  using at = scratch();
  const ports = testPorts();
  const equipment = { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer };
  const config = { live: { listen: "127.0.0.1:0" } };
  await using castor = await testCastor([live, settings, counter], { ports, equipment, config });
  const fx = castor.castor.effects(counter, { actor: { kind: "system", id: "vote" } });
  const node = nodeOf(ports, at.folder);
  const given = async (given: Promise<unknown>): Promise<void> => {
    expect(await given).toBeUndefined();
    await castor.advance(0);
    const picture = ports.snapshots.get(livePicture)?.value;
    if (picture) node.obey(picture);
  };
  const definition = {
    ...{ title: "A or B", joining: "backend" },
    questions: { pick: { text: "Which?", choices: ["A", "B"], window: "7d" } },
  };
  const of = { show: "a-or-b", question: "pick" };
  await given(fx.order(addOrder, { show: "a-or-b", definition }));
  await given(fx.order(openDoorsOrder, { show: "a-or-b" }));
  await given(fx.order(armOrder, of));
  await given(fx.order(revealOrder, { ...of, in: "500ms" }));

  const participants = [4, 8, 15, 16, 23, 42].map((index) => ({ index }));
  const issued = done(await fx.order(issueOrder, { show: "a-or-b", participants }));
  const admitted = done(await fx.order(relayOrder, { show: "a-or-b", relay: "own", for: "7d" }));
  while (node.node.halls.get("a-or-b")?.engine.count.questions[0]?.phase !== "open")
    await Bun.sleep(1);
  const relay = new Player(`ws://127.0.0.1:${node.node.port}/live/a-or-b/ws`, admitted.token);
  await relay.hears("welcome");
  // The first of them changes their mind, which counts for nothing.
  const voices = [...issued.tokens, issued.tokens[0]].map((each) => tokenOfText(each?.token ?? ""));
  const { bytes, answerAt, numberAt } = batchFrame(voices.length);
  for (const [n, voice] of voices.entries()) {
    bytes.set(voice ?? [], answerAt(n));
    bytes[answerAt(n) + tokenBytes + 1] = n < 2 || n === 6 ? 1 : 0;
  }
  bytes[answerAt(0) + tokenBytes + 1] = 0;
  relay.socket.send(bytes.slice(numberAt - 4));
  const counts = async (): Promise<unknown> =>
    (await fx.ask(onAir, { show: "a-or-b" })).question?.counts;
  while (JSON.stringify(await counts()) !== "[5,1]") await castor.advance(10);
  await given(fx.order(closeOrder, of));
  expect(await counts()).toEqual([5, 1]);
  relay.socket.close();
  await node.close();
}, 30_000);
