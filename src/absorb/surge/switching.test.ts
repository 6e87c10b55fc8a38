import { expect, test } from "bun:test";
import { byHand, ill, ladderNow, movesOf, shop, well } from "./shop.testing.ts";

test("a ladder that is switched off leaves nothing behind", async () => {
  await using world = await shop();
  await world.visits(10, well);
  await world.visits(40, ill);
  expect((await ladderNow(world.castor))?.step).toBe("serve-stale");
  world.reconfigure({ mode: "off" });
  await world.castor.advance(2_000);
  expect((await ladderNow(world.castor))?.step).toBe("normal");
  expect(world.castor.types().filter((type) => /cache.*ended/.test(type))).toHaveLength(2);
});

test("what was only rehearsed begins when the dry run is over, and a step that is switched off is left", async () => {
  await using world = await shop({ mode: "dry-run" });
  await world.visits(10, well);
  await world.visits(40, ill);
  expect(world.castor.types().filter((type) => type.startsWith("cache."))).toEqual([]);
  world.reconfigure({});
  await world.visits(2, ill);
  expect(world.castor.types().filter((type) => type.startsWith("cache."))).toEqual([
    "cache.harder-started",
    "cache.stale-started",
  ]);
  world.reconfigure({ steps: { "serve-stale": { use: "off" }, shed: byHand } });
  await world.visits(2, ill);
  expect(movesOf(world.castor).at(-1)).toMatchObject({ to: "cache-harder", why: "forbidden" });
});

test("a freeze that somebody else began is passed by, and is not ended by the ladder", async () => {
  const steps = { "cache-harder": byHand, "serve-stale": byHand, shed: byHand };
  await using world = await shop({ steps }, { snapshot: true });
  const { castor, visits } = world;
  await castor.act("freeze.start", { service: "shop", reason: "by hand" });
  await visits(10, well);
  await visits(40, ill);
  expect(movesOf(castor)).toEqual([]);
  await castor.run("surge.force", { service: "shop", step: "freeze", reason: "drill", for: "1m" });
  await visits(200, well);
  expect(castor.types()).toContain("surge.rung-failed");
  expect((await ladderNow(castor))?.step).toBe("normal");
  expect(castor.types()).not.toContain("freeze.thawed");
});
