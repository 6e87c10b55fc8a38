import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { event, isRefusal, order, orderFor, sensitive } from "../contract.ts";
import { WrongVersion } from "../log/log.ts";
import { virtualClock } from "../clock/virtual.ts";
import { type Fate, memoryDisk, openMemoryLog } from "../log/memory.ts";
import { capability } from "../manifest/capability.ts";
import { on } from "../manifest/effects.ts";
import { manifestMistakes, noNet, testCastor, testPorts } from "../testing.ts";
import { boiled, filled, kettles, kitchen, list, whistled, words } from "./toy.testing.ts";

const start = (room = kitchen()) => testCastor([kettles], { equipment: { kitchen: room } });

describe("commands", () => {
  test("what was decided is in the log before the command answers, and its views know it", async () => {
    await using castor = await start();
    await castor.run("kettles.fill", { kettle: "red" });
    expect(castor.types()).toContain("kettles.filled");
    expect(await castor.ask(list, {})).toEqual(["red"]);
    expect(await castor.ask(words, { kettle: "red" })).toBe(1);
  });

  test("wrong input is refused with every issue, and nothing is recorded", async () => {
    await using castor = await start();
    const before = castor.facts().length;
    const decision = await castor.run("kettles.fill", { kettle: "", boilsIn: "soon" });
    expect(
      isRefusal(decision) && (decision.more.errors as { path: string }[]).map((each) => each.path),
    ).toEqual(["kettle", "boilsIn"]);
    expect(castor.facts()).toHaveLength(before);
  });

  test("a hundred callers at once fill one kettle once", async () => {
    await using castor = await start();
    await Promise.all(
      Array.from({ length: 100 }, () => castor.run("kettles.fill", { kettle: "red" })),
    );
    expect(castor.types().filter((type) => type === "kettles.filled")).toHaveLength(1);
  });

  test("an event has an actor and a cause", async () => {
    await using castor = await start();
    await castor.run("kettles.fill", { kettle: "red" });
    await castor.advance(1000);
    const [fillFact, boilFact, whistleFact] = castor
      .facts()
      .filter(({ event: { type } }) => type.startsWith("kettles.") && type !== "kettles.told");
    expect(fillFact?.by.id).toBe("tester");
    expect(boilFact).toMatchObject({
      by: { kind: "system", id: "kettles" },
      cause: fillFact?.position,
    });
    expect(whistleFact?.cause).toBe(boilFact?.position);
  });
});

test("a command that loses every race gives up with castor.conflict, and nothing is recorded", async () => {
  const ports = testPorts();
  const append = ports.log.append.bind(ports.log);
  ports.log.append = (envelope) =>
    envelope.events.some(({ type }) => type === "kettles.filled")
      ? Promise.reject(new WrongVersion("kettles/red", 0, 1))
      : append(envelope);
  await using castor = await testCastor([kettles], { ports, equipment: { kitchen: kitchen() } });
  const decision = await castor.run("kettles.fill", { kettle: "red" });
  expect(isRefusal(decision) && decision.problem.type).toBe("castor.conflict");
  expect(castor.types()).not.toContain("kettles.filled");
});

test("what a command names must be there, also when it is only tried", async () => {
  await using castor = await testCastor([kettles], { equipment: { kitchen: kitchen() } });
  const fill = async (lidOf: string) => {
    const given = { kettle: "red", lidOf };
    const by = { kind: "person", id: "tester" } as const;
    const done = [
      (await castor.castor.run("kettles.fill", given, { by, dryRun: true })).decision,
      await castor.run("kettles.fill", given),
    ];
    return done.map((each) => (isRefusal(each) ? each.problem.type : "done"));
  };
  expect(await fill("blue")).toEqual(["kettles.no-lid", "kettles.no-lid"]);
  await castor.run("kettles.fill", { kettle: "blue" });
  expect(await fill("blue")).toEqual(["done", "done"]);
});

test("an append whose fate is unknown is asked for again, and is there once", async () => {
  const clock = virtualClock();
  let fates = 0;
  const faults = { fate: () => (fates++ % 2 === 1 ? "written but unknown" : "written") as Fate };
  const ports = { ...testPorts(), clock, log: openMemoryLog({ clock, faults }) };
  await using castor = await testCastor([kettles], { ports, equipment: { kitchen: kitchen() } });
  const filling = castor.run("kettles.fill", { kettle: "red" });
  await castor.advance(1000);
  expect(isRefusal(await filling)).toBe(false);
  expect(castor.types().filter((type) => type === "kettles.filled")).toHaveLength(1);
});

describe("deadlines", () => {
  test("fire when their time has come, not before", async () => {
    await using castor = await start();
    await castor.run("kettles.fill", { kettle: "red", boilsIn: 5000 });
    await castor.advance(4999);
    expect(castor.types()).not.toContain("kettles.boiled");
    await castor.advance(1);
    expect(castor.types()).toContain("kettles.boiled");
  });

  test("survive a restart, also when their time came while Castor was down", async () => {
    const disk = memoryDisk();
    const first = testPorts();
    const room = kitchen();
    const ports = { ...first, log: openMemoryLog({ clock: first.clock, disk }) };
    const before = await testCastor([kettles], { ports, equipment: { kitchen: room } });
    await before.run("kettles.fill", { kettle: "red", boilsIn: 5000 });
    await before.castor.stop();
    await first.clock.advance(60_000);
    const again = {
      ...testPorts(),
      clock: first.clock,
      log: openMemoryLog({ clock: first.clock, disk }),
    };
    await using after = await testCastor([kettles], { ports: again, equipment: { kitchen: room } });
    await after.advance(0);
    expect(after.types().filter((type) => type === "kettles.boiled")).toHaveLength(1);
    await after.advance(60_000);
    expect(after.types().filter((type) => type === "kettles.whistled")).toHaveLength(1);
  });
});

describe("reactions", () => {
  test("are tried again until they work", async () => {
    const room = { ...kitchen(), whistleFails: 2 };
    await using castor = await start(room);
    await castor.run("kettles.fill", { kettle: "red" });
    await castor.advance(60_000);
    expect(room.whistledAt).toHaveLength(1);
  });

  test("that keep failing are parked, seen, and can be tried again; the next fact does not wait", async () => {
    const room = { ...kitchen(), whistleFails: 5 };
    await using castor = await start(room);
    await castor.run("kettles.fill", { kettle: "red" });
    await castor.advance(300_000);
    const parked = (await castor.castor.askByName("castor.parked", {})) as {
      reaction: string;
      position: number;
    }[];
    expect(parked).toEqual([
      expect.objectContaining({ reaction: "kettles.whistle", error: "Error: no steam" }),
    ]);
    await castor.run("kettles.fill", { kettle: "blue" });
    await castor.advance(60_000);
    expect(room.whistledAt).toHaveLength(1);
    expect(await castor.act("castor.retry", parked[0])).toEqual({ worked: true });
    expect(await castor.castor.askByName("castor.parked", {})).toEqual([]);
    expect(room.whistledAt).toHaveLength(2);
  });

  test("what the outside is told is the whole state, at start and after each change", async () => {
    const room = kitchen();
    await using castor = await start(room);
    await castor.advance(0);
    await castor.run("kettles.fill", { kettle: "red" });
    const fact = castor.facts().find(({ event }) => event.type === "kettles.filled")?.position;
    await castor.advance(0);
    expect(room.told).toEqual([[], ["red"]]);
    expect(room.because).toEqual([undefined, fact]);
  });
});

describe("views", () => {
  test("can be thrown away and are folded again from the log", async () => {
    await using castor = await start();
    await castor.run("kettles.fill", { kettle: "red" });
    await castor.advance(1000);
    const before = await castor.ask(words, { kettle: "red" });
    for (const view of ["kettles.known", "kettles.heard"])
      expect(await castor.act("castor.rebuild", { view })).toEqual({ view });
    expect(await castor.act("castor.rebuild", { view: "kettles.lids" })).toMatchObject({
      problem: { type: "castor.unknown-view" },
    });
    expect(await castor.ask(list, {})).toEqual(["red"]);
    expect(await castor.ask(words, { kettle: "red" })).toBe(before);
  });
});

test("boot names every mistake of every manifest at once", async () => {
  const named = event("stray.named", z.object({ name: sensitive() }), { says: () => "named" });
  const stray = capability({
    id: "stray",
    about: "Wrong in three ways.",
    config: z.object({}),
    emits: [filled, named],
    reactions: [
      on("stray.react", boiled, () => Promise.resolve()),
      on("elsewhere.react", whistled, () => Promise.resolve()),
    ],
  });
  const failure = testCastor([stray], { net: noNet });
  const said = await failure.then(
    () => "",
    (error: Error) => error.message,
  );
  expect(
    said
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .toSorted(),
  ).toEqual([
    'stray: event kettles.filled must start with "stray."',
    "stray: event stray.named has sensitive fields but names no subject",
    'stray: reaction elsewhere.react must start with "stray."',
    "stray: reacts to kettles.boiled, which no capability emits",
    "stray: reacts to kettles.whistled, which no capability emits",
  ]);
});

describe("orders", () => {
  const boil = order<{ kettle: string }>("kettles.boil");
  const butler = (orders: readonly { name: string }[] = [boil]) =>
    capability({
      id: "butler",
      about: "Has kettles boiled that others filled.",
      config: z.object({}),
      orders,
      reactions: [
        on("butler.tea", filled, async ({ event }, fx) => {
          await fx.order(boil, { kettle: event.data.kettle });
        }),
      ],
    });

  test("a capability gives another's verb that its manifest names, with the fact that led to it", async () => {
    await using castor = await testCastor([kettles, butler()], {
      equipment: { kitchen: kitchen() },
    });
    await castor.run("kettles.fill", { kettle: "red", boilsIn: 3_600_000 });
    await castor.advance(10);
    const [fillFact, boilFact] = castor
      .facts()
      .filter(({ event: { type } }) => type === "kettles.filled" || type === "kettles.boiled");
    expect(boilFact).toMatchObject({
      by: { kind: "system", id: "butler" },
      cause: fillFact?.position,
    });
  });

  test("an order whose output is wanted gives it, another one nothing", async () => {
    const smash = orderFor<{ kettle: string }, { pieces: number }>("kettles.smash");
    const quietly = order<{ kettle: string }>("kettles.smash");
    const house = butler([smash, quietly]);
    await using castor = await testCastor([kettles, house], { equipment: { kitchen: kitchen() } });
    const fx = castor.castor.effects(house, { actor: { kind: "system", id: "butler" } });
    expect(await fx.order(smash, { kettle: "red" })).toEqual({ pieces: expect.any(Number) });
    expect(await fx.order(quietly, { kettle: "red" })).toBeUndefined();
  });

  test("what nobody takes is a mistake in the manifest, and what the manifest lacks is never given", async () => {
    expect(manifestMistakes([kettles, butler([order("kettles.sing")])])).toEqual([
      "butler: orders kettles.sing, which no capability takes",
    ]);
    await using castor = await testCastor([kettles, butler([])], {
      equipment: { kitchen: kitchen() },
    });
    await castor.run("kettles.fill", { kettle: "red", boilsIn: 3_600_000 });
    await castor.advance(1_000);
    expect(castor.types()).not.toContain("kettles.boiled");
  });
});
