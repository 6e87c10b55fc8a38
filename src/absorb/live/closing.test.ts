import { expect, test } from "bun:test";
import { type LiveTold, liveTold } from "./contract.ts";
import { aShow, yaml } from "./show.testing.ts";

const told = (node: number, phase: "open" | "closed"): LiveTold => ({
  ...{ run: "final", node, epoch: `life-${node}`, at: 0, questions: [{ question: 0, phase }] },
  figures: {
    ...{ connections: 1, relays: 0, recorded: 0, repeated: 0, refused: {}, perSecond: 0 },
    ...{ ackMsP50: 1, ackMsP99: 2, syncMs: 0.1, cpuShare: 0, memoryBytes: 0 },
    ...{ fanOutMs: 0, logBytes: 0 },
  },
});

test("a question whose nodes have all closed it is over, though by the clock here, which was set back, it is on", async () => {
  await using show = await aShow({ ...yaml, nodes: 2 });
  const { castor, ports } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  const hear = async (...all: LiveTold[]): Promise<unknown> => {
    for (const each of all) ports.bus.publish(liveTold.name, each);
    await castor.advance(100);
    return castor.facts().find(({ event }) => event.type === "live.closed")?.event.data;
  };
  expect(await hear(told(0, "open"), told(1, "open"))).toBeUndefined();
  expect(await hear(told(0, "closed"), told(1, "open"))).toBeUndefined();
  expect(await hear(told(1, "closed"))).toMatchObject({ question: "one", why: "time" });
  await castor.advance(20_000);
  expect(castor.types().filter((type) => type === "live.closed")).toHaveLength(1);
});

test("what an operator ends by hand is told so, also by the command line", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  await castor.run("live.close", { show: "final", question: "one" });
  const fact = castor.facts().find(({ event }) => event.type === "live.closed");
  expect(fact?.event.data).toMatchObject({ why: "asked" });
});
