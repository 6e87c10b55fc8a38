import { memoryDisk, openMemoryLog, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as cacheContract from "../cache/contract.ts";
import { thawed } from "../freeze/contract.ts";
import { status as roomStatus } from "../waiting-room/contract.ts";
import { byHand, ill, ladderNow, movesOf, net, shop, typesOf, well } from "./shop.testing.ts";

const minute = 60_000;

test("a service that fails climbs step by step, each with its evidence, and comes down by itself when all is calm", async () => {
  await using world = await shop();
  const { castor, visits } = world;
  await visits(30, well);
  expect(movesOf(castor)).toEqual([]);
  await visits(60, ill);
  const up = movesOf(castor);
  expect(up.map(({ to }) => to)).toEqual(["cache-harder", "serve-stale"]);
  expect(up[0]?.signals).toMatchObject([{ signal: "errors", up: 0.05 }]);
  expect(up[0]?.evidence?.errorShare).toBeGreaterThan(0.05);
  expect(typesOf(castor)).toEqual([
    ...["surge.climbed", "cache.harder-started"],
    ...["surge.climbed", "cache.stale-started"],
  ]);
  const started = castor.facts().find(({ event }) => event.type === "cache.harder-started");
  expect(started).toMatchObject({ cause: up[0]?.position, by: { id: "surge" } });
  expect(started?.event.data).toMatchObject({ service: "shop", reason: "Surge: 40 % errors" });
  await visits(300, well);
  const steps = movesOf(castor).map(({ to }) => to);
  expect(steps).toEqual(["cache-harder", "serve-stale", "cache-harder", "normal"]);
  expect(typesOf(castor).slice(4)).toEqual([
    ...["surge.descended", "cache.stale-ended", "surge.descended", "cache.harder-ended"],
  ]);
});

test("a rung that is not there is passed by, and the fact says why", async () => {
  await using world = await shop(
    { steps: { "serve-stale": byHand, shed: byHand } },
    { snapshot: true },
  );
  const { castor, visits } = world;
  await visits(10, well);
  await visits(60, ill);
  const [, second, ...more] = movesOf(castor);
  expect(second).toMatchObject({
    to: "freeze",
    skipped: [{ step: "serve-stale", why: "by hand only" }],
  });
  expect(more).toEqual([]);
  expect(castor.types()).toContain("freeze.frozen");
  expect((await ladderNow(castor))?.rungs.map(({ step, state }) => `${step}: ${state}`)).toEqual([
    "cache-harder: in-force",
    "serve-stale: by-hand",
    "freeze: in-force",
    "waiting-room: failed",
    "shed: by-hand",
  ]);
  await visits(400, well);
  expect(castor.types()).toContain(thawed.type);
  expect((await ladderNow(castor))?.step).toBe("normal");
});

test("the ladder opens the rooms before a service that are closed, and closes those again, not others", async () => {
  const room = { activeMax: 100, newPerMinute: 60 };
  const rooms = {
    till: { ...room, routes: ["/cart"], open: "manual" },
    vip: { ...room, routes: ["/vip"], open: "manual" },
  };
  const steps = { "cache-harder": byHand, "serve-stale": byHand, shed: byHand };
  await using world = await shop({ steps }, { rooms });
  const { castor, visits } = world;
  await castor.run("waiting-room.open", { room: "vip", reason: "a private sale" });
  await visits(10, well);
  await visits(40, ill);
  const modes = async () => {
    const asked = castor.ask(roomStatus, {});
    await castor.advance(1_000);
    return (await asked).rooms.map(({ room: name, override }) => [name, override?.reason]);
  };
  expect(movesOf(castor).map(({ to }) => to)).toEqual(["waiting-room"]);
  expect(await modes()).toEqual([
    ["till", "Surge: 40 % errors"],
    ["vip", "a private sale"],
  ]);
  await visits(200, well);
  expect((await ladderNow(castor))?.step).toBe("normal");
  expect(await modes()).toEqual([
    ["till", undefined],
    ["vip", "a private sale"],
  ]);
});

test("the last step turns away what matters least, in the name of the fact that led to it", async () => {
  await using world = await shop({ steps: { "cache-harder": byHand, "serve-stale": byHand } });
  const { castor, visits } = world;
  await visits(10, well);
  await visits(40, ill);
  const [climb] = movesOf(castor);
  expect(climb?.to).toBe("shed");
  const shedding = castor.facts().find(({ event }) => event.type === "gateway.shedding-started");
  expect(shedding).toMatchObject({ cause: climb?.position, by: { id: "surge" } });
  expect(shedding?.event.data).toMatchObject({ id: "surge:shop", below: "normal" });
  await visits(100, well);
  expect(castor.types()).toContain("gateway.shedding-ended");
});

test("a rung that its owner refuses is a fact with the reason, is off, and is not tried again at once", async () => {
  await using world = await shop();
  const { castor, visits } = world;
  await castor.run("surge.force", { service: "shop", step: "freeze", for: "5m", reason: "drill" });
  await visits(5, well);
  const failed = castor.facts().find(({ event }) => event.type === "surge.rung-failed");
  expect(failed?.event.data).toMatchObject({
    step: "freeze",
    why: expect.stringContaining("Take"),
  });
  const now = await ladderNow(castor);
  expect(now?.step).toBe("freeze");
  expect(now?.rungs.find(({ step }) => step === "freeze")?.state).toBe("failed");
  expect(now?.forced).toMatchObject({ reason: "drill", step: "freeze" });
});

test("control that starts again goes on where it stood: no rung is lost, none is taken twice", async () => {
  const disk = memoryDisk();
  const first = testPorts({ net });
  const kept = () => openMemoryLog({ clock: first.clock, disk });
  const before = await shop({}, { ports: { ...first, log: kept() } });
  await before.visits(10, well);
  await before.visits(25, ill);
  expect(movesOf(before.castor).map(({ to }) => to)).toEqual(["cache-harder"]);
  await before.castor.castor.stop();
  await first.clock.advance(2_000);
  await using after = await shop(
    {},
    { ports: { ...testPorts({ net, clock: first.clock }), log: kept() } },
  );
  expect((await ladderNow(after.castor))?.step).toBe("cache-harder");
  expect(after.castor.types().filter((type) => type === "cache.harder-started")).toHaveLength(1);
  await after.visits(30, ill);
  expect(movesOf(after.castor).map(({ to }) => to)).toEqual(["cache-harder", "serve-stale"]);
  await after.visits(300, well);
  expect(typesOf(after.castor).filter((type) => type.endsWith("-ended"))).toHaveLength(2);
  expect((await ladderNow(after.castor))?.step).toBe("normal");
});

test("a rung would end by itself without control, so control says again while it is needed", async () => {
  await using world = await shop({ hold: "4m" });
  const { castor, visits } = world;
  await visits(10, well);
  await visits(200, ill);
  expect(castor.types().filter((type) => type === "surge.rung-held").length).toBeGreaterThan(1);
  const asked = castor.ask(cacheContract.now, {});
  await castor.advance(1_000);
  const [mode] = (await asked).harder;
  expect((mode?.endsAt ?? 0) - castor.clock.now()).toBeWithin(100_000, 4 * minute + 1);
});

test("a dry run says what it would do and does nothing", async () => {
  await using world = await shop({ mode: "dry-run" });
  const { castor, visits } = world;
  await visits(10, well);
  await visits(40, ill);
  expect(movesOf(castor).map(({ to, dryRun }) => [to, dryRun])).toEqual([
    ["cache-harder", true],
    ["serve-stale", true],
  ]);
  expect(castor.types().filter((type) => type.startsWith("cache."))).toEqual([]);
  expect(
    castor.castor.facts.says(castor.facts().at(-1)?.event ?? { type: "", data: {} }),
  ).toContain("would climb to serve stale");
});

test("what is forbidden ends at once and is allowed again when its time is over; others do not notice", async () => {
  await using world = await shop();
  const { castor, visits } = world;
  await visits(10, well);
  await visits(60, ill);
  const ban = { service: "shop", step: "cache-harder", for: "2m", reason: "prices change" };
  await castor.run("surge.forbid", ban);
  await castor.advance(100);
  expect(castor.types().at(-1)).toBe("cache.harder-ended");
  expect((await ladderNow(castor))?.rungs[0]).toMatchObject({
    state: "forbidden",
    why: "prices change",
  });
  await visits(130, ill);
  expect(castor.types()).toContain("surge.allowed");
});
