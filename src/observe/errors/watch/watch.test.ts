import { expect, setDefaultTimeout, test } from "bun:test";
import { serviceChanged } from "../../../run/catalog/contract.ts";
import { catalog } from "../../../run/catalog/index.ts";
import { anError, inbox, listed } from "../inbox.testing.ts";
import { Evidence, issue, issueSpiked, spikes, suspects } from "../contract.ts";

// Each of them lets some minutes of seconds pass.
setDefaultTimeout(30_000);
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

test("what changed shortly before a spike is its suspect, and says so in the fact and when asked", async () => {
  await using world = await inbox();
  await send(world, "Known", "u");
  await world.castor.advance(10 * minuteMs);
  const operator = { actor: { kind: "system", id: "test" } } as const;
  const changed = serviceChanged({ service: "shop", what: ["image"], instances: 1 });
  await world.castor.castor.effects(catalog, operator).record("services/shop", [changed]);
  await world.castor.advance(1_000);
  await send(world, "Known", "u", 60);
  await world.castor.advance(minuteMs);
  const [spiked] = facts(world, issueSpiked.type);
  expect(spiked).toMatchObject({
    evidence: { suspects: [{ type: "catalog.service-changed" }] },
  });
  const { at } = Evidence.parse(spiked?.["evidence"]);
  const asked = await world.castor.ask(suspects, { issue: "shop-1", at });
  expect(asked.suspects[0]).toMatchObject({ type: "catalog.service-changed" });
  expect(asked.suspects[0]?.probability).toBeGreaterThan(0.5);
});

test("a resolved error is shown with the chance that it is gone, which grows while it is quiet", async () => {
  await using world = await inbox();
  await send(world, "Known", "u", 2);
  await world.castor.advance(10 * minuteMs);
  const fixed = async (): Promise<number> =>
    (await world.castor.ask(issue, issue.input.parse({ issue: "shop-1" }))).fixed ?? -1;
  expect(await fixed()).toBe(-1);
  await world.castor.run("errors.resolve", { issue: "shop-1" });
  await world.castor.advance(minuteMs);
  const early = await fixed();
  await world.castor.advance(20 * minuteMs);
  expect(early).toBeGreaterThanOrEqual(0.5);
  expect(await fixed()).toBeGreaterThan(early);
});
