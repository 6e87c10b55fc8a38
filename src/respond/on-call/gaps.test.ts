import { expect, test } from "bun:test";
import { now } from "./contract.ts";
import { newsOf } from "./gaps.ts";
import { dayMs, hourMs, team } from "./on-call.testing.ts";

const told = ({ castor }: Awaited<ReturnType<typeof team>>) =>
  castor
    .facts()
    .filter(({ event }) => event.type.startsWith("on-call.gap-"))
    .map(({ event }) => [event.type, (event.data as { how?: string }).how ?? ""]);

test("hours that nobody has are told once ahead of time, and again when somebody takes them", async () => {
  const shop = await team([]);
  await using _ = shop.castor;
  expect(told(shop)).toEqual([["on-call.gap-ahead", ""]]);
  await shop.castor.advance(2 * hourMs);
  expect(told(shop)).toHaveLength(1);
  const from = shop.ports.clock.now();
  await shop.act("take-over", { member: "eve", from, to: from + 59 * dayMs, reason: "all of it" });
  expect(told(shop)).toEqual([
    ["on-call.gap-ahead", ""],
    ["on-call.gap-closed", "covered"],
  ]);
});

test("a team that somebody always has is no news when Castor starts with it", async () => {
  const shop = await team(["ann", "ben"]);
  await using _ = shop.castor;
  await shop.castor.advance(hourMs);
  expect(told(shop)).toEqual([]);
});

test("hours that nobody must have are no gap", async () => {
  const shop = await team([], { cover: [] });
  await using _ = shop.castor;
  expect(told(shop)).toEqual([]);
  expect((await shop.castor.ask(now, {})).teams[0]).toMatchObject({ member: null, gaps: [] });
});

test("of the hours that somebody must have, those count that nobody has", async () => {
  const shop = await team([], { cover: [{ from: "09:00", to: "17:00" }] });
  await using _ = shop.castor;
  const { gaps } = (await shop.castor.ask(now, {})).teams[0] ?? { gaps: [] };
  expect(gaps.length).toBeGreaterThanOrEqual(14);
  for (const { from, to } of gaps.slice(1, -1)) expect(to - from).toBe(8 * hourMs);
});

test("a gap that has passed is over, one that goes on is told once, and twenty are enough", () => {
  const of = { team: "shop", now: 10 };
  const types = (told: { from: number; to: number }[], gaps: { from: number; to: number }[]) =>
    newsOf(told, gaps, of).map(({ data }) => ("how" in data ? data.how : "ahead"));
  expect(types([{ from: 0, to: 9 }], [])).toEqual(["passed"]);
  expect(types([{ from: 0, to: 20 }], [{ from: 10, to: 20 }])).toEqual([]);
  const many = Array.from({ length: 30 }, (_, k) => ({ from: 100 * k, to: 100 * k + 50 }));
  expect(types([], many)).toHaveLength(20);
  expect(types(many.slice(0, 20), many)).toEqual([]);
});
