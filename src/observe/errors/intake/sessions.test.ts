import { expect, test } from "bun:test";
import { corpus, hasCorpus, inbox, recorded } from "../inbox.testing.ts";
import { releaseHealth } from "../contract.ts";

type World = Awaited<ReturnType<typeof inbox>>;
const session = (world: World, sid: string, of: object): Promise<Response> =>
  world.envelope(
    `{}\n{"type":"session"}\n${JSON.stringify({ sid: sid.padEnd(32, "0"), attrs: { release: "shop@1" }, ...of })}`,
  );
const health = async (world: World) => {
  await world.settle();
  const { releases } = await world.castor.ask(releaseHealth, { project: "shop", hours: 24 });
  return releases.map(({ sessions, errored, crashed }) => ({ sessions, errored, crashed }));
};

test("a session counts once by the worst that was told of it, in whatever order and however often", async () => {
  await using world = await inbox();
  await session(world, "a", { init: true, status: "ok" });
  await session(world, "a", { init: true, status: "ok" });
  await session(world, "a", { status: "ok", errors: 1 });
  await session(world, "a", { status: "crashed", errors: 2 });
  await session(world, "a", { status: "crashed", errors: 2 });
  await session(world, "a", { status: "exited", errors: 2 });
  // Its beginning was lost on the way.
  await session(world, "b", { init: false, status: "exited" });
  await session(world, "c", { init: true, status: "unhandled", errors: 1 });
  expect(await health(world)).toEqual([{ sessions: 3, errored: 1, crashed: 1 }]);
});

test("what came twice over a restart counts once", async () => {
  await using world = await inbox();
  await session(world, "a", { init: true, status: "ok" });
  await world.restart();
  await session(world, "a", { init: true, status: "ok" });
  await session(world, "a", { status: "exited" });
  expect(await health(world)).toEqual([{ sessions: 1, errored: 0, crashed: 0 }]);
});

test.skipIf(!hasCorpus)("recorded sessions sent twice count as sent once", async () => {
  await using world = await inbox();
  const all = corpus(/^browser11.*\.session(\.\d)?\.envelope$/).map(recorded);
  const sids = new Set(all.map((text) => /"sid":"(\w+)"/.exec(text)?.[1]));
  for (const text of [...all, ...all]) await world.envelope(text);
  const { releases } = await world.castor.ask(releaseHealth, { project: "shop", hours: 24 });
  expect(releases.reduce((sum, each) => sum + each.sessions, 0)).toBe(sids.size);
});
