import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import * as contract from "../contract.ts";
import { anError, anEvent, inbox, listed } from "../inbox.testing.ts";

const issue = "shop-1";

test("errors are found by words of their messages, frames, tags and breadcrumbs, and by their facets", async () => {
  await using world = await inbox();
  await world.store(
    anEvent({
      environment: "staging",
      tags: { tenant: "wombat" },
      breadcrumbs: { values: [{ message: "clicked the marzipan button of Märchenbuch" }] },
    }),
  );
  const about = { environment: "production", tags: { see: "shop-1" } };
  await world.store(anError("RangeError", "refundOf", about));
  await world.settle();
  const found = async (of: Record<string, unknown>) => (await listed(world, of)).map(([id]) => id);
  for (const word of [
    "marzipan",
    "wombat",
    "priceOf",
    "booking",
    "PRICE undefined",
    "shop-1", // Itself, and not those that name it.
    "marzi",
    "MÄRCH",
    "wombat marz",
    "TypeError marzipan",
  ])
    expect([word, await found({ search: word })]).toEqual([word, ["shop-1"]]);
  expect(await found({ search: "refundOf RangeError" })).toEqual(["shop-2"]);
  expect(await found({ search: "nowhere" })).toEqual([]);
  expect(await found({ search: "marzi nowhere" })).toEqual([]);
  expect(await found({ search: '"); DROP TABLE issues; --' })).toEqual([]);
  expect(await found({ environment: "production" })).toEqual(["shop-2"]);
  expect(await found({ project: "shop", sort: "events", limit: 1, offset: 1 })).toHaveLength(1);
  const refused = await world.castor.castor.askByName("errors.issues", { project: "nothing" });
  expect(isRefusal(refused) && refused.problem.type).toBe(contract.unknownProject.type);
});

test("an error's page has its history, tags, releases and the stacks of its occurrences", async () => {
  await using world = await inbox();
  for (const release of ["1", "1", "2"])
    await world.store(anEvent({ release, user: { id: release } }));
  await world.settle();
  const all = await world.castor.ask(contract.issue, contract.issue.input.parse({ issue }));
  expect(all.issue).toMatchObject({ users: 2, events: 3, firstRelease: "1", lastRelease: "2" });
  expect(all.history.at(-1)).toBe(3);
  expect(all.tags.find((each) => each.name === "release")?.values).toEqual([
    { value: "1", events: 2 },
    { value: "2", events: 1 },
  ]);
  expect(all.releases.map((each) => [each.release, each.events])).toEqual([
    ["2", 1],
    ["1", 2],
  ]);
  const { events } = await world.castor.ask(
    contract.events,
    contract.events.input.parse({ issue }),
  );
  expect(events.map((each) => each.release)).toEqual(["2", "1", "1"]);
  const one = await world.castor.ask(contract.occurrence, { issue, event: events[2]?.event ?? "" });
  expect(one.exceptions[0]?.frames.map((each) => [each.name, each.inApp])).toEqual([
    ["priceOf", true],
    ["main", true],
  ]);
  const unknown = await world.castor.castor.askByName("errors.issue", { issue: "shop-77" });
  expect(isRefusal(unknown) && unknown.problem.type).toBe(contract.unknownIssue.type);
});

test("when room is short the flood goes, the first, the last and the rare stay, and counts stay whole", async () => {
  await using world = await inbox({ config: { storageMax: "1MB" } });
  const filler = (): string =>
    Array.from({ length: 4_000 }, () => Math.random().toString(36))
      .join("")
      .slice(0, 8_000);
  const ids: string[] = [];
  for (let n = 0; n < 200; n++) {
    const event = anEvent({ extra: { filler: filler() } });
    ids.push(String(event["event_id"]));
    await world.store(event);
  }
  await world.store(anError("RareError", "rarely"));
  await world.settle();
  expect(await world.intake().makeRoom()).toBeGreaterThan(10);
  expect(world.intake().store.bytes()).toBeLessThanOrEqual(1_048_576);
  const kept = await world.castor.ask(
    contract.events,
    contract.events.input.parse({ issue, limit: 200 }),
  );
  const left = kept.events.map((each) => each.event);
  expect(left.at(-1)).toBe(ids[0] ?? "");
  expect(left[0]).toBe(ids.at(-1) ?? "");
  expect(left.length).toBeLessThan(200);
  expect(await listed(world, { sort: "events" })).toEqual([
    ["shop-1", "new", 200],
    ["shop-2", "new", 1],
  ]);
  expect(
    (await world.castor.ask(contract.events, contract.events.input.parse({ issue: "shop-2" })))
      .events,
  ).toHaveLength(1);
});

test("a store that was lost begins anew, and the issues that the log knows are there", async () => {
  await using world = await inbox();
  await world.store(anEvent());
  await world.settle();
  await world.castor.run("errors.assign", { issue, to: "jane" });
  // Nothing is on its way into the tables that go.
  await world.settle();
  await world.intake().store.write((tables) => {
    for (const table of ["issues", "nears", "variants", "events", "hours", "meta"])
      tables.run(`DELETE FROM ${table}`);
  });
  await world.restart();
  expect(await listed(world, { assignee: "jane" })).toEqual([[issue, "new", 0]]);
  await world.store(anEvent());
  await world.settle();
  expect(await listed(world)).toEqual([[issue, "new", 1]]);
});
