import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { type Actor, event, isRefusal, order, problem } from "../contract.ts";
import { capability, type Capability } from "../manifest/capability.ts";
import { action } from "../manifest/decisions.ts";
import { on } from "../manifest/effects.ts";
import type { Deed } from "../manifest/guard.ts";
import { testAuth } from "../auth/memory.ts";
import { httpApi } from "../http/api.ts";
import { testCastor } from "../testing.ts";
import { filled, kettles, kitchen } from "./toy.testing.ts";

const held = problem("watch.held", 403, "This is held up");
const smash = order<{ kettle: string }>("kettles.smash");
const allowed = event("watch.allowed", z.object({}), { says: () => "It was allowed" });

/** A guard that holds up everything, and a neighbour who orders things for people and by himself. */
async function watched() {
  const deeds: Deed[] = [];
  const watch = capability({
    id: "watch",
    about: "Holds up.",
    config: z.object({}),
    emits: [allowed],
    refuses: [held],
    guard: async (deed) => {
      deeds.push(deed);
      return held();
    },
  });
  const neighbour: Capability = capability({
    id: "neighbour",
    about: "Orders.",
    config: z.object({}),
    orders: [smash],
    actions: [
      action("neighbour.complain", {
        about: "Has a kettle smashed.",
        input: z.object({}),
        output: z.object({ done: z.literal(true) }),
        act: async (_, fx) => (await fx.order(smash, { kettle: "red" })) ?? { done: true },
      }),
    ],
    reactions: [
      on("neighbour.rage", filled, async ({ event: { data } }, fx) => {
        if (data.kettle === "loud") await fx.order(smash, { kettle: data.kettle });
      }),
    ],
  });
  const equipment = { kitchen: kitchen() };
  const castor = await testCastor([kettles, neighbour, watch], { equipment });
  const auth = testAuth({ clock: castor.clock });
  const fetch = httpApi({ castor: castor.castor, auth });
  const post = (path: string, body: unknown) =>
    fetch(
      new Request(`http://localhost/api/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { authorization: "Bearer admin" },
      }),
      "127.0.0.1",
    );
  return { castor, deeds, post, watch, neighbour };
}

const ann: Actor = { kind: "person", id: "ann" };
const isHeld = (answer: unknown): boolean => isRefusal(answer) && answer.problem.type === held.type;

describe("what destroys is put before the guard", () => {
  test("whether it comes by name, over HTTP, by a route, by an order or by whoever came in without a name", async () => {
    const { castor, deeds, post, neighbour } = await watched();
    await using _ = castor;
    expect(isHeld(await castor.act("kettles.smash", { kettle: "red" }, ann))).toBe(true);
    expect((await post("kettles.smash", { kettle: "red" })).status).toBe(403);
    expect(isHeld(await castor.act("neighbour.complain", {}, ann))).toBe(true);
    for (const actor of [ann, { kind: "system", id: "public" }, { kind: "system", id: "local" }]) {
      const fx = castor.castor.effects(neighbour, { actor: actor as Actor });
      expect(isHeld(await fx.order(smash, { kettle: "red" }))).toBe(true);
    }
    expect(deeds).toHaveLength(6);
    const seen = { verb: "kettles.smash", allow: "admin", what: "The kettle.", name: "red" };
    for (const deed of deeds) expect(deed).toMatchObject({ ...seen, input: { kettle: "red" } });
  });

  test("but not what destroys nothing this time, nor what would be refused anyway, nor Castor's own work", async () => {
    const { castor, deeds } = await watched();
    await using _ = castor;
    expect(isHeld(await castor.act("kettles.smash", { kettle: "broken" }, ann))).toBe(false);
    expect(await castor.run("kettles.boil", { kettle: "cold" }, ann)).toEqual([]);
    await castor.run("kettles.fill", { kettle: "loud" }, ann);
    await castor.advance(2_000);
    expect(castor.types()).toContain("kettles.boiled");
    expect(deeds).toEqual([]);
  });

  test("under a name of one short line, whatever its input holds", async () => {
    const { castor, deeds } = await watched();
    await using _ = castor;
    const kettles = [
      "a\r\nb\u2028c",
      ` ${"k".repeat(1_000_000)}`,
      "\n\u202e ",
      `${"k".repeat(119)}🫖`,
    ];
    for (const kettle of kettles)
      expect(isHeld(await castor.act("kettles.smash", { kettle }, ann))).toBe(true);
    expect(deeds.map(({ name }) => name)).toEqual([
      ...["a b c", "k".repeat(120), "kettles.smash", "k".repeat(119)],
    ]);
  });

  test("and what was held up is released by the guard alone, as whoever asked, once for each id", async () => {
    const { castor, deeds, watch, neighbour } = await watched();
    await using _ = castor;
    await castor.run("kettles.fill", { kettle: "red", boilsIn: 60_000 }, ann);
    expect(isHeld(await castor.run("kettles.boil", { kettle: "red" }, ann))).toBe(true);
    const [deed] = deeds;
    const fx = castor.castor.effects(watch, { actor: { kind: "person", id: "ben" } });
    const cause = await fx.record("w", [allowed({})]);
    const release = { verb: "kettles.boil", input: deed?.input, by: ann, cause, id: "release-1" };
    await fx.release(release);
    await fx.release(release);
    const boiled = castor.facts().filter(({ event: { type } }) => type === "kettles.boiled");
    expect(boiled.map(({ by, cause: led }) => [by.id, led])).toEqual([["ann", cause]]);
    const other = castor.castor.effects(neighbour, { actor: ann });
    expect(other.release(release)).rejects.toThrow("guards nothing");
  });
});

test("a dry run says what would be recorded and lost, does nothing, and asks nobody", async () => {
  const { castor, deeds, post } = await watched();
  await using _ = castor;
  await castor.run("kettles.fill", { kettle: "red", boilsIn: 60_000 }, ann);
  const before = castor.types().length;
  expect(await (await post("kettles.boil?dry-run=true", { kettle: "red" })).json()).toMatchObject({
    would: [{ type: "kettles.boiled", says: "Kettle red boiled" }],
    loses: { what: "The cold water.", name: "red" },
  });
  expect(await (await post("kettles.smash?dry-run=true", { kettle: "red" })).json()).toEqual({
    ...{ dryRun: true, would: null },
    loses: { what: "The kettle.", name: "red" },
  });
  expect((await post("kettles.smash?dry-run=true", {})).status).toBe(422);
  expect(castor.types()).toHaveLength(before);
  expect(deeds).toEqual([]);
});
