import { expect, test } from "bun:test";
import { anError, inbox, listed } from "../inbox.testing.ts";
import { issueSpiked, spikes } from "../contract.ts";

const minuteMs = 60_000;
type World = Awaited<ReturnType<typeof inbox>>;

let nth = 0;
const send = async (world: World, type: string, user?: string, count = 1): Promise<void> => {
  for (let i = 0; i < count; i++)
    await world.store(
      anError(type, `${type}Of`, {
        ...(user === undefined ? {} : { user: { id: `${user}${nth++}` } }),
        release: "shop@1",
      }),
    );
};
const facts = (world: World, type: string): Record<string, unknown>[] =>
  world.castor
    .facts()
    .filter(({ event }) => event.type === type)
    .map(({ event }) => event.data as Record<string, unknown>);

test("a burst of a known error is a spike within a minute, with its evidence, and escalates", async () => {
  await using world = await inbox();
  for (let i = 0; i < 3; i++) {
    await send(world, "Known", "u");
    await world.castor.advance(6 * minuteMs);
  }
  expect(facts(world, issueSpiked.type)).toEqual([]);
  await send(world, "Known", "u", 60);
  await world.castor.advance(minuteMs);
  expect(facts(world, issueSpiked.type)).toMatchObject([
    {
      issue: "shop-1",
      evidence: { window: "5m", observed: 60, people: 60, releases: ["shop@1"] },
    },
  ]);
  expect(await listed(world)).toEqual([["shop-1", "escalating", 63]]);
  const now = await world.castor.ask(spikes, {});
  expect(now).toMatchObject({ watched: 2, spikes: [{ issue: "shop-1", project: "shop" }] });
});
