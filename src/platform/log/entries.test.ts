import { capability, event, sensitive } from "#kernel";
import { testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { search, types, whole } from "./contract.ts";
import { log } from "./index.ts";

const opened = event("doors.opened", z.object({ door: z.string() }), {
  says: (d) => `The ${d.door} door was opened`,
});
const visited = event("doors.visited", z.object({ person: z.string(), name: sensitive() }), {
  says: (d) => `${d.name} came in`,
  subject: (d) => d.person,
});
const doors = capability({
  id: "doors",
  about: "Doors.",
  config: z.object({}),
  emits: [opened, visited],
});

async function house() {
  const castor = await testCastor([log, doors]);
  const porter = castor.castor.effects(doors, {
    actor: { kind: "person", id: "porter", name: "Pat" },
  });
  return { castor, porter };
}

test("a fact is found by words of its sentence, by its type, and by who did it", async () => {
  const { castor, porter } = await house();
  const position = await porter.record("front", [opened({ door: "front" })]);
  for (const filter of [
    { text: "front door" },
    { text: "FRO" },
    { type: ["doors.*"] },
    { actor: "porter" },
    { text: "pat" },
  ]) {
    const found = await castor.ask(search, { limit: 10, ...filter });
    expect(found.events.map((each) => [each.position, each.says])).toEqual([
      [position, "The front door was opened"],
    ]);
  }
  expect((await castor.ask(search, { limit: 10, text: 'window OR "' })).events).toEqual([]);
});

test("pages follow each other without gap, newest first", async () => {
  const { castor, porter } = await house();
  for (let i = 0; i < 25; i++) await porter.record("front", [opened({ door: `n${i}` })]);
  const seen: number[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await castor.ask(search, {
      limit: 10,
      type: ["doors.opened"],
      ...(before === undefined ? {} : { before }),
    });
    seen.push(...page.events.map((each) => each.position));
    before = page.events.at(-1)?.position;
    if (!page.more) break;
  }
  expect(seen).toHaveLength(25);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
});

test("one fact is shown whole, with what led to it and what it led to", async () => {
  const { castor, porter } = await house();
  const first = await porter.record("front", [opened({ door: "front" })]);
  const because = castor.castor.effects(doors, {
    actor: { kind: "system", id: "doors" },
    cause: first,
  });
  const second = await because.record("hall", [opened({ door: "hall" })]);
  const third = await castor.castor
    .effects(doors, { actor: { kind: "system", id: "doors" }, cause: second })
    .record("attic", [opened({ door: "attic" })]);
  const shown = await castor.ask(whole, { position: second });
  expect(shown?.causes.map((each) => each.position)).toEqual([first]);
  expect(shown?.effects.map((each) => each.position)).toEqual([third]);
  expect(await castor.ask(whole, { position: 9999 })).toBeNull();
});

test("the words of the log may name people, and are then not in the search index", async () => {
  const { castor, porter } = await house();
  await porter.record("front", [visited({ person: "p1", name: "Ada Lovelace" })]);
  expect((await castor.ask(search, { limit: 10, type: ["doors.visited"] })).events[0]?.says).toBe(
    "Ada Lovelace came in",
  );
  expect((await castor.ask(search, { limit: 10, text: "Lovelace" })).events).toEqual([]);
});

test("what is sensitive is in no data that the log gives out: keys are facts too", async () => {
  const { castor, porter } = await house();
  await porter.record("front", [visited({ person: "p1", name: "Ada Lovelace" })]);
  const { events } = await castor.ask(search, { limit: 10, type: ["doors.visited"] });
  expect(events[0]?.data).toEqual({ person: "p1", name: "••••••" });
  const one = await castor.ask(whole, { position: events[0]?.position ?? 0 });
  expect(one?.event.data).toEqual({ person: "p1", name: "••••••" });
});

test("types are counted and the chain verifies", async () => {
  const { castor, porter } = await house();
  await porter.record("front", [opened({ door: "front" }), opened({ door: "back" })]);
  expect(await castor.ask(types, {})).toContainEqual({ type: "doors.opened", count: 2 });
  expect(await castor.act("log.verify", {})).toMatchObject({ checked: castor.facts().length });
});
