import { describe, expect, test } from "bun:test";
import { configApplied } from "../../platform/settings/contract.ts";
import { settings } from "../../platform/settings/index.ts";
import { checkTeams, Config } from "./config.ts";
import { current, now, timelineOf } from "./contract.ts";
import { dayMs, hourMs, team } from "./on-call.testing.ts";

test("who is on call is known, until when, and who is next", async () => {
  const { castor } = await team();
  await using _ = castor;
  const [shop] = (await castor.ask(now, {})).teams;
  expect(["ann", "ben"]).toContain(shop?.member ?? "");
  expect(await castor.ask(current, {})).toEqual({ teams: { shop: shop?.member ?? null } });
  expect(shop?.next?.member).not.toBe(shop?.member);
  expect(shop?.next?.from).toBe(shop?.until ?? 0);
  expect(shop?.gaps).toEqual([]);
});

test("somebody takes a stretch, and what they did before it is withdrawn stays theirs", async () => {
  const { castor, ports, who, shifts, act } = await team();
  await using _ = castor;
  const before = await who();
  const from = ports.clock.now();
  await act("take-over", { member: "eve", from, to: from + 10 * hourMs, reason: "a swap of days" });
  expect(await who()).toBe("eve");
  await castor.advance(2 * hourMs);
  const { overrides } = await castor.ask(timelineOf, { team: "shop", days: 1 });
  await act("withdraw", { id: overrides[0]?.id ?? "", reason: "back early" });
  expect(await who()).toBe(before);
  const eves = (await shifts(from)).filter(({ member }) => member === "eve");
  expect(eves).toHaveLength(1);
  expect(((eves[0]?.to ?? 0) - from) / hourMs).toBeCloseTo(2, 1);
});

test("of the time before anything was decided it is not said that nobody was on call", async () => {
  const { castor, ports } = await team();
  await using _ = castor;
  const from = ports.clock.now() - 2 * dayMs;
  const { shifts, uncovered, gaps } = await castor.ask(timelineOf, { team: "shop", from, days: 5 });
  expect([uncovered, gaps]).toEqual([[], []]);
  expect(shifts[0]?.from).toBeGreaterThan(from);
});

test("a swap is two stretches or none, and only hours that are theirs", async () => {
  const { castor, ports, shifts, act } = await team();
  await using _ = castor;
  const now = ports.clock.now();
  const today = now - (now % dayMs);
  const [first, second] = [today + dayMs, today + 2 * dayMs];
  const before = await shifts(first);
  const [one = "", two = ""] = before.map(({ member }) => member);
  const trade = { member: one, from: first, to: second, reason: "a wedding" };
  const wrong = { ...trade, with: two, backFrom: second - 1, backTo: second + dayMs };
  expect(await act("swap", wrong)).toMatchObject({
    problem: { type: "on-call.span-out-of-range" },
  });
  expect(
    await act("swap", { ...trade, with: one, backFrom: second, backTo: second + 1 }),
  ).toMatchObject({
    problem: { type: "on-call.span-out-of-range" },
  });
  expect(await shifts(first)).toEqual(before);
  await act("swap", { ...trade, with: two, backFrom: second, backTo: second + dayMs });
  const after = (await shifts(first)).map(({ member }) => member);
  expect([one, two]).not.toEqual([two, one]);
  expect(after).toEqual([two, one]);
});

test("a new configuration holds from now on, and says nothing new when it says the same", async () => {
  const { castor, ports, who, shifts } = await team();
  await using _ = castor;
  const from = ports.clock.now();
  const before = await who();
  await castor.advance(hourMs);
  const changes = () => castor.types().filter((type) => type === "on-call.schedule-changed").length;
  expect(changes()).toBe(1);
  castor.castor.configure({
    settings: {},
    "on-call": Config.parse({
      teams: {
        shop: { layers: [{ members: ["zoe"], start: "2020-01-01 00:00", every: "1w" }] },
      },
    }),
  });
  const fx = castor.castor.effects(settings, { actor: { kind: "system", id: "test" } });
  await fx.record("config", [configApplied({ file: "castor.yaml", hash: "2", changes: [] })]);
  await castor.advance(1_000);
  expect(changes()).toBe(2);
  expect(await who()).toBe("zoe");
  expect((await shifts(from))[0]).toMatchObject({ from, member: before });
});

test("times beyond 2100 and names that steer terminals are no input", async () => {
  const { castor, ports } = await team();
  await using _ = castor;
  const at = ports.clock.now();
  const take = (of: object) =>
    castor.run("on-call.take-over", {
      team: "shop",
      member: "eve",
      from: at,
      to: at + 1_000,
      reason: "a try",
      ...of,
    });
  for (const wrong of [{ to: 1e15 }, { from: -1 }, { member: "eve\u001b[2J" }, { member: "" }])
    expect(await take(wrong)).toMatchObject({ problem: { type: "castor.invalid-input" } });
  expect(
    await castor.castor.askByName("on-call.timeline", { team: "shop", from: 1e18 }),
  ).toMatchObject({
    problem: { type: "castor.invalid-input" },
  });
});

test("what cannot be is refused in words", async () => {
  const { castor, ports, act } = await team();
  await using _ = castor;
  const at = ports.clock.now();
  const take = (from: number, to: number) =>
    act("take-over", { member: "eve", from, to, reason: "a try" });
  for (const wrong of [
    await take(at + 2, at + 1),
    await take(at - 2 * dayMs, at - dayMs),
    await take(at, at + 61 * dayMs),
    await act("swap", {
      ...{ member: "ann", with: "ann", reason: "a try" },
      ...{ from: at, to: at + 2, backFrom: at + 4, backTo: at + 5 },
    }),
  ])
    expect(wrong).toMatchObject({ problem: { type: "on-call.span-out-of-range" } });
  expect(await act("withdraw", { id: "none", reason: "a try" })).toMatchObject({
    problem: { type: "on-call.unknown-override" },
  });
  const lost = { team: "nobody", member: "eve", from: at, to: at + 1_000, reason: "a try" };
  expect(await castor.run("on-call.take-over", lost)).toMatchObject({
    problem: { type: "on-call.unknown-team" },
  });
});

describe("the configuration", () => {
  const teams = (layer: object) => ({
    teams: { shop: { layers: [{ members: ["ann"], start: "2026-01-05 09:00", ...layer }] } },
  });
  test("is read as people write it", () => {
    const { every, hours } = Config.parse(
      teams({ every: "2w", hours: [{ from: "22:00", to: "06:00" }] }),
    ).teams["shop"]?.layers[0] ?? { every: undefined, hours: [] };
    expect(every).toEqual({ count: 2, unit: "weeks" });
    expect(hours[0]).toMatchObject({ from: 1_320, to: 360 });
  });
  for (const wrong of [{ every: "0d" }, { every: "soon" }, { start: "9 o'clock" }, { members: [] }])
    test(`${JSON.stringify(wrong)} is a mistake`, () =>
      expect(Config.safeParse(teams(wrong)).success).toBe(false));
  test("two layers of one name are a mistake", () => {
    const [layer] = teams({}).teams.shop.layers;
    const config = Config.parse({ teams: { shop: { layers: [layer, layer] } } });
    expect(checkTeams({ "on-call": config })).toHaveLength(1);
  });
});
