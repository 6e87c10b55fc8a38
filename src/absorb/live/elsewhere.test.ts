import { capability, isRefusal } from "#kernel";
import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import {
  addOrder,
  armOrder,
  closeOrder,
  joinedElsewhere,
  livePicture,
  onAir,
  openDoorsOrder,
  revealOrder,
  unknownValue,
} from "./contract.ts";
import { live } from "./index.ts";
import { aShow, yaml } from "./show.testing.ts";
import { keyOf } from "./tokens.ts";
import { checkToken } from "./wire/token.ts";

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

test("another capability counts a crowd by orders and questions alone", async () => {
  const vote = capability({
    id: "vote",
    about: "A test.",
    config: z.object({}),
    orders: [addOrder, openDoorsOrder, armOrder, revealOrder, closeOrder],
    asks: [onAir],
  });
  const ports = testPorts();
  const equipment = { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer };
  await using castor = await testCastor([live, settings, vote], { ports, equipment });
  const fx = castor.castor.effects(vote, { actor: { kind: "system", id: "vote" } });
  const definition = {
    title: "A or B",
    questions: { pick: { text: "Which?", choices: ["A", "B"] } },
  };
  const of = { show: "a-or-b", question: "pick" };
  expect(await fx.order(addOrder, { show: "a-or-b", definition })).toBeUndefined();
  expect(await fx.order(openDoorsOrder, { show: "a-or-b" })).toBeUndefined();
  expect(await fx.order(armOrder, of)).toBeUndefined();
  expect(await fx.order(revealOrder, { ...of, in: "1s" })).toBeUndefined();
  expect(await fx.order(closeOrder, of)).toBeUndefined();
  expect((await fx.ask(onAir, { show: "a-or-b" })).question?.counts).toEqual([0, 0]);
});
