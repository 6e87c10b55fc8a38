import { expect, test } from "bun:test";
import { type LiveTold, liveTold } from "./contract.ts";
import { aShow, yaml } from "./show.testing.ts";

/** A show whose doors opened a while ago, and what a node of it tells from now on. */
async function withDoorsOpen(show: string, nodes = 1) {
  const stage = await aShow({ ...yaml, nodes });
  const { castor, ports } = stage;
  await castor.run("live.open-doors", { show });
  let at = 0;
  const tells = async (
    seconds: number,
    more: Partial<LiveTold["figures"]>,
    node = 0,
  ): Promise<void> => {
    for (let n = 0; n < seconds; n++) {
      const figures: LiveTold["figures"] = {
        ...{ connections: 1, relays: 0, recorded: 0, repeated: 0, refused: {}, perSecond: 0 },
        ...{ ackMsP50: 1, ackMsP99: 2, syncMs: 0.1, cpuShare: 0, memoryBytes: 0 },
        ...{ fanOutMs: 0, logBytes: 0, ...more },
      };
      const run = show.endsWith("~rehearsal") ? "final-1~rehearsal" : show;
      const told = { run, node, epoch: `life-${node}`, at: ++at, questions: [], figures };
      ports.bus.publish(liveTold.name, told);
      await castor.advance(1_000);
    }
  };
  /** What was told of troubles since the last call. */
  let seen = 0;
  const said = (): string[] => {
    const facts = castor.facts().filter(({ event }) => event.type.startsWith("live.trouble-"));
    const news = facts.slice(seen);
    seen = facts.length;
    return news.map(({ event: { type, data } }) => {
      const { trouble, node } = data as { trouble: string; node: number };
      return `${type.slice("live.trouble-".length)} ${trouble} ${node}`;
    });
  };
  return { castor, tells, said, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

test("a node that is not heard of is a fact, once, and so is its return", async () => {
  await using show = await withDoorsOpen("final");
  await show.tells(20, {});
  expect(show.said()).toEqual([]);
  await show.castor.advance(3_000);
  expect(show.said()).toEqual([]);
  await show.castor.advance(60_000);
  expect(show.said()).toEqual(["began away 0"]);
  await show.tells(4, {});
  expect(show.said()).toEqual(["ended away 0"]);
});

test("a node that never starts is missed, beside another one that counts", async () => {
  await using show = await withDoorsOpen("final", 2);
  await show.tells(30, {}, 1);
  expect(show.said()).toEqual(["began away 0"]);
});

test("a node whose disk failed is told of until it acknowledges again, also while it is away", async () => {
  await using show = await withDoorsOpen("final");
  await show.tells(4, { broken: "no space left on device" });
  expect(show.said()).toEqual(["began refusing 0"]);
  const fact = show.castor.facts().find(({ event }) => event.type === "live.trouble-began");
  expect(fact?.event.data).toMatchObject({ why: "no space left on device" });
  await show.castor.advance(30_000);
  expect(show.said()).toEqual(["began away 0"]);
  await show.tells(4, {});
  expect(show.said().toSorted()).toEqual(["ended away 0", "ended refusing 0"]);
});

test("acks that stay slow are told; a slow moment, a slow few and the pause after a question are not", async () => {
  await using show = await withDoorsOpen("final");
  await show.tells(3, { perSecond: 5_000, ackMsP99: 90 });
  await show.tells(10, { perSecond: 5_000, ackMsP99: 20 });
  await show.tells(20, { perSecond: 5, ackMsP99: 90 });
  expect(show.said()).toEqual([]);
  await show.tells(10, { perSecond: 5_000, ackMsP99: 90 });
  expect(show.said()).toEqual(["began slow 0"]);
  await show.tells(30, { perSecond: 0, ackMsP99: 0 });
  expect(show.said()).toEqual([]);
  await show.tells(40, { perSecond: 0, ackMsP99: 0 });
  expect(show.said()).toEqual(["ended slow 0"]);
});

test("a rehearsal may break, and of a show that is over nobody is called", async () => {
  await using rehearsal = await withDoorsOpen("final~rehearsal");
  await rehearsal.tells(4, { broken: "no space left on device" });
  await rehearsal.castor.advance(60_000);
  expect(rehearsal.said()).toEqual([]);
  await using show = await withDoorsOpen("final");
  await show.castor.advance(60_000);
  expect(show.said()).toEqual(["began away 0"]);
  await show.castor.run("live.finish", { show: "final" });
  await show.castor.advance(60_000);
  await show.tells(4, {});
  expect(show.said()).toEqual([]);
});
