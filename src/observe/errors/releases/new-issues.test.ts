import { expect, test } from "bun:test";
import { anError, inbox } from "../inbox.testing.ts";

type World = Awaited<ReturnType<typeof inbox>>;
const bring = async (world: World, release: string, from: number, count: number): Promise<void> => {
  for (let i = from; i < from + count; i++)
    await world.store(anError(`Error${i}`, `at${i}`, { release }));
  await world.settle();
};
const told = ({ castor }: World): unknown[] =>
  castor
    .facts()
    .filter(({ event }) => event.type === "errors.release-troubled")
    .map(({ event }) => event.data);

test("a release that brings many new errors is told of once; the first of a project brings what was there", async () => {
  await using world = await inbox({ config: { releases: { newIssues: 3 } } });
  await bring(world, "shop@1", 0, 6);
  // Known ones are not new, and two are not many.
  await bring(world, "shop@2", 0, 8);
  expect(told(world)).toEqual([]);
  await bring(world, "shop@2", 8, 4);
  expect(told(world)).toHaveLength(1);
  expect(told(world)).toMatchObject([
    { project: "shop", release: "shop@2", issues: ["shop-7", "shop-8", "shop-9"] },
  ]);
});

test("what comes first long after a release is not held against it", async () => {
  await using world = await inbox({ config: { releases: { newIssues: 3, within: "5m" } } });
  await bring(world, "shop@1", 0, 1);
  await bring(world, "shop@2", 1, 2);
  await world.castor.advance(6 * 60_000);
  await bring(world, "shop@2", 3, 2);
  expect(told(world)).toEqual([]);
});
