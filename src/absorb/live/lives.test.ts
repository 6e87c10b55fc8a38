import { memoryDisk, openMemoryLog, testCastor, testPorts, type TestPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { Config, showOf } from "./config.ts";
import { livePicture, type LiveTold, liveTold, onAir } from "./contract.ts";
import { live } from "./index.ts";
import { MemoryNode } from "./node.testing.ts";
import { settings } from "../../platform/settings/index.ts";
import { yaml } from "./show.testing.ts";

const told = (
  node: number,
  epoch: string,
  cells: number[],
  more: Partial<LiveTold> = {},
): LiveTold => ({
  ...{ run: "final", node, epoch, at: 0 },
  questions: [{ question: 0, phase: "open", cells }],
  figures: {
    ...{ connections: 1, relays: 0, recorded: cells.reduce((sum, each) => sum + each, 0) },
    ...{ repeated: 0, refused: {}, perSecond: 0, ackMsP50: 1, ackMsP99: 2, syncMs: 0.1 },
    ...{ cpuShare: 0.5, memoryBytes: 1, fanOutMs: 0, logBytes: 0 },
  },
  ...more,
});

/** Two choices, two groups. */
const totals = [12, 3];

test("a node that comes back with an empty disk is told of once; what it had counted stays, also for a control that starts anew", async () => {
  const first = testPorts();
  const { clock, snapshots } = first;
  const disk = memoryDisk();
  let ports: TestPorts = first;
  const start = () => {
    ports = { ...testPorts(), clock, snapshots, log: openMemoryLog({ clock, disk }) };
    return testCastor([live, settings], {
      ports,
      equipment: { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer },
      config: { live: { ...yaml, nodes: 2 } },
    });
  };
  type Castor = Awaited<ReturnType<typeof start>>;
  const says = async (castor: Castor, ...all: LiveTold[]): Promise<void> => {
    for (const each of all) ports.bus.publish(liveTold.name, each);
    await castor.advance(0);
  };
  const lives = (castor: Castor): unknown[] =>
    castor.facts().flatMap(({ event }) => (event.type === "live.life-began" ? [event.data] : []));
  const now = async (castor: Castor): Promise<unknown[]> => {
    const { recorded, lost, question } = await castor.ask(onAir, { show: "final" });
    return [recorded, lost.map(({ node, answers }) => [node, answers]), question?.counts];
  };
  {
    await using castor = await start();
    await castor.run("live.open-doors", { show: "final" });
    await castor.run("live.arm", { show: "final", question: "one" });
    await castor.run("live.reveal", { show: "final", question: "one", in: "1s" });
    await castor.advance(1_000);
    await says(castor, told(0, "a", [1, 0, 1, 0]), told(1, "b", [4, 5, 0, 1]));
    expect(lives(castor)).toMatchObject([
      { node: 0, before: null },
      { node: 1, before: null },
    ]);
    // With another disk, and heard before and after and between what it said before.
    await says(castor, told(1, "c", [0, 0, 0, 0]), told(1, "b", [4, 5, 0, 1]));
    await says(castor, told(1, "c", [2, 0, 0, 1]), told(1, "c", [1, 0, 0, 0]));
    expect(lives(castor).slice(2)).toMatchObject([{ node: 1, epoch: "c", before: 10 }]);
    expect(ports.snapshots.get(livePicture)?.value.runs[0]?.lives).toEqual({ 0: "a", 1: "b" });
    expect(await now(castor)).toEqual([15, [[1, 10]], totals]);
  }
  await using castor = await start();
  await says(castor, told(1, "c", [2, 0, 0, 1]), told(0, "a", [1, 0, 1, 0]));
  expect(await now(castor)).toEqual([15, [[1, 10]], totals]);
  expect(lives(castor)).toHaveLength(3);
});

test("a node that was not heard since control started is away, once it had time to say something", async () => {
  const first = testPorts();
  const { clock, snapshots } = first;
  const disk = memoryDisk();
  const start = () => {
    const ports = { ...testPorts(), clock, snapshots, log: openMemoryLog({ clock, disk }) };
    const equipment = { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer };
    return testCastor([live, settings], { ports, equipment, config: { live: yaml } });
  };
  const away = async (castor: Awaited<ReturnType<typeof start>>): Promise<unknown> =>
    (await castor.ask(onAir, { show: "final" })).nodes.map(({ node, isAway }) => [node, isAway]);
  {
    await using castor = await start();
    await castor.run("live.open-doors", { show: "final" });
    await castor.publish(liveTold, told(0, "a", [0, 0, 0, 0]));
    expect(await away(castor)).toEqual([[0, false]]);
    await castor.advance(5_000);
    expect(await away(castor)).toEqual([[0, true]]);
  }
  await using castor = await start();
  expect(await away(castor)).toEqual([]);
  await castor.advance(5_000);
  expect(await away(castor)).toEqual([[0, true]]);
  await castor.publish(liveTold, told(0, "a", [0, 0, 0, 0]));
  expect(await away(castor)).toEqual([[0, false]]);
});

test("when all is erased control keeps nothing of the groups of a life that was lost, in no fact and in neither copy of its snapshot", async () => {
  const ports = testPorts();
  /** What lies on disk: each snapshot and the one before it. */
  const kept = new Map<string, string[]>();
  const { put } = ports.snapshots;
  ports.snapshots.put = async (def, value, name = def.name) => {
    const written = kept.get(name) ?? [];
    const text = JSON.stringify(value);
    if (written.at(-1) !== text) kept.set(name, [...written, text].slice(-2));
    return await put.call(ports.snapshots, def, value, name);
  };
  const equipment = { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer };
  await using castor = await testCastor([live, settings], {
    ...{ ports, equipment, config: { live: yaml } },
  });
  const { shape } = showOf("final", Config.parse(yaml).shows["final"] as never);
  const node = new MemoryNode(ports, shape);
  await castor.run("live.open-doors", { show: "final" });
  await castor.run("live.arm", { show: "final", question: "one" });
  await castor.run("live.reveal", { show: "final", question: "one", in: "1s" });
  // Two choices, two groups; in the second group one person took the second choice.
  const alone = [8_123, 0, 9_456, 1];
  await castor.publish(liveTold, told(0, "lost", alone));
  await castor.publish(liveTold, told(0, node.epoch, [0, 0, 0, 0]));
  const traces = (): string[] =>
    [...kept].flatMap(([name, texts]) =>
      texts.some((text) => text.includes(alone.join(","))) ? [name] : [],
    );
  expect(traces()).toEqual(["live-lost"]);
  await castor.run("live.close", { show: "final", question: "one" });
  await castor.run("live.publish", { show: "final", question: "one" });
  await castor.run("live.finish", { show: "final" });
  await castor.advance(60_000);
  node.count.fold();
  node.rawFiles = 0;
  await castor.advance(3_600_000 + 120_000);
  expect(castor.types()).toContain("live.erased");
  expect(traces()).toEqual([]);
  expect(kept.get("live-lost")).toHaveLength(2);
  const { question } = await castor.ask(onAir, { show: "final" });
  expect(question?.counts).toEqual([8_123, 9_457]);
  expect(JSON.stringify(castor.facts())).not.toContain(alone.join(","));
});
