import { isRefusal } from "#kernel";
import { spec } from "#kernel/testing";
import { expect, test } from "bun:test";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { anError, anEvent, inbox, listed } from "./inbox.testing.ts";
import * as rules from "./issue.ts";

const issue = "shop-1";
const created = contract.issueCreated({
  ...{ issue, project: "shop", type: "TypeError", value: "no price", culprit: "f" },
  ...{ level: "error", platform: "node", near: "n1", at: 0 },
});
const given = spec(rules.issueModel, Config, 1_000);
const resolved = contract.issueResolved({ issue, resolution: { how: "now" }, at: 1_000 });
const ignored = contract.issueIgnored({ issue });
const merged = contract.issueMerged({ issue, into: "shop-2", move: "m1" });

test("what there is none of cannot be decided on", () => {
  given()
    .when(rules.resolve, { issue, resolution: { how: "now" } })
    .refuses(contract.unknownIssue);
  given().when(rules.undo, { issue }).refuses(contract.unknownIssue);
});

test("each decision is one fact, and made twice it is nothing new", () => {
  given(created)
    .when(rules.resolve, { issue, resolution: { how: "now" } })
    .emits(resolved);
  given(created, resolved)
    .when(rules.resolve, { issue, resolution: { how: "now" } })
    .changesNothing();
  given(created).when(rules.ignore, { issue }).emits(ignored);
  given(created, ignored).when(rules.ignore, { issue }).changesNothing();
  given(created).when(rules.reopen, { issue }).changesNothing();
  given(created, ignored).when(rules.reopen, { issue }).emits(contract.issueReopened({ issue }));
});

test("a snooze has an end that lies ahead", () => {
  given(created)
    .when(rules.snooze, { issue, snooze: { until: 999 } })
    .refuses(contract.notNow);
  const snooze = { events: 10 };
  given(created)
    .when(rules.snooze, { issue, snooze })
    .emits(contract.issueSnoozed({ issue, snooze, at: 1_000 }));
  expect(contract.Snooze.safeParse({}).success).toBe(false);
});

test("what is part of another is decided on there", () => {
  given(created, merged).when(rules.ignore, { issue }).refuses(contract.notNow);
  given(created, merged)
    .when(rules.undo, { issue })
    .emits(contract.issueUndone({ issue, what: "errors.merged", move: "m1" }));
});

test("undo goes back step by step, and ends", () => {
  const undone = contract.issueUndone({ issue, what: "errors.ignored" });
  given(created, resolved, ignored).when(rules.undo, { issue }).emits(undone);
  const state = [created, resolved, ignored, undone].reduce(
    rules.issueModel.evolve,
    rules.issueModel.initial,
  );
  expect(state).toMatchObject({ state: "resolved", since: 1_000 });
  given(created).when(rules.undo, { issue }).refuses(contract.nothingToUndo);
});

test("a resolved error is back by the release it is seen in", () => {
  const seen = (newer: string[]) => ({
    at: 2_000,
    isNewer: (than: string | undefined) => newer.includes(than ?? "next"),
  });
  const state = (resolution: contract.Resolution) => ({
    state: "resolved" as const,
    since: 1_000,
    resolution,
  });
  expect(rules.comesBack(state({ how: "now" }), seen([]))).toBe(true);
  expect(rules.comesBack(state({ how: "now" }), { ...seen([]), at: 900 })).toBe(false);
  expect(rules.comesBack(state({ how: "release", release: "b" }), seen(["a"]))).toBe(false);
  expect(rules.comesBack(state({ how: "release", release: "b" }), seen(["b"]))).toBe(true);
  expect(rules.comesBack(state({ how: "next-release" }), seen(["next"]))).toBe(true);
  expect(rules.comesBack({ state: "ignored" }, seen(["next"]))).toBe(false);
});

test("a decision is seen with the very next question, and the log has it", async () => {
  await using world = await inbox();
  await world.store(anEvent());
  await world.settle();
  await world.castor.run("errors.ignore", { issue });
  expect(await listed(world)).toEqual([]);
  expect(await listed(world, { state: "ignored" })).toEqual([[issue, "ignored", 1]]);
  await world.castor.run("errors.assign", { issue, to: "jane" });
  expect(await listed(world, { state: "ignored", assignee: "jane" })).toHaveLength(1);
  await world.castor.run("errors.undo", { issue });
  await world.castor.run("errors.undo", { issue });
  expect(await listed(world)).toEqual([[issue, "new", 1]]);
});

test("a resolved error that comes again is a regression, told once; in an older release it is not", async () => {
  await using world = await inbox();
  await world.store(anEvent({ release: "1" }));
  await world.store(anError("Other", "f", { release: "2" }));
  await world.settle();
  await world.castor.run("errors.resolve", { issue, resolution: { how: "release", release: "2" } });
  await world.settle();
  await world.store(anEvent({ release: "1" }));
  await world.settle();
  expect(await listed(world, { state: "resolved" })).toEqual([[issue, "resolved", 2]]);
  for (let n = 0; n < 3; n++) await world.store(anEvent({ release: "2" }));
  await world.settle();
  expect(await listed(world, { state: "regressed" })).toEqual([[issue, "regressed", 5]]);
  expect(world.castor.types().filter((type) => type === "errors.regressed")).toHaveLength(1);
});

test("resolved in the next release, it is back only in one that is not known yet", async () => {
  await using world = await inbox();
  await world.store(anEvent({ release: "1" }));
  await world.settle();
  await world.castor.run("errors.resolve", { issue, resolution: { how: "next-release" } });
  await world.settle();
  await world.store(anEvent({ release: "1" }));
  await world.settle();
  expect(await listed(world, { state: "regressed" })).toEqual([]);
  await world.store(anEvent({ release: "2" }));
  await world.settle();
  expect(await listed(world, { state: "regressed" })).toHaveLength(1);
});

test("a snooze ends with so many events, so many users, a rate, or a time", async () => {
  for (const snooze of [{ events: 3 }, { users: 3 }, { perHour: 4 }, { until: -1 }]) {
    await using world = await inbox();
    const until = snooze.until === undefined ? {} : { until: world.castor.clock.now() + 60_000 };
    await world.store(anEvent({ user: { id: "u0" } }));
    await world.settle();
    await world.castor.run("errors.snooze", { issue, snooze: { ...snooze, ...until } });
    for (let n = 1; n <= 2; n++) await world.store(anEvent({ user: { id: `u${n}` } }));
    await world.settle();
    expect(await listed(world)).toEqual([]);
    if (snooze.until === undefined) await world.store(anEvent({ user: { id: "u3" } }));
    else await world.castor.advance(61_000);
    await world.settle();
    expect((await listed(world)).map(([id, state]) => [id, state])).toEqual([[issue, "ongoing"]]);
    expect(world.castor.types().filter((type) => type === "errors.woke")).toHaveLength(1);
  }
});

test("two errors are made one and two again, and no count is lost on the way", async () => {
  await using world = await inbox();
  await world.store(anEvent());
  await world.store(anError("RangeError", "g"));
  await world.settle();
  const merge = (into: string) => world.castor.act("errors.merge", { issue: "shop-2", into });
  expect(await merge("shop-1")).toEqual({ issue: "shop-2", into: "shop-1" });
  await world.store(anError("RangeError", "g"));
  await world.settle();
  expect(await listed(world)).toEqual([["shop-1", "new", 3]]);
  const refused = await merge("shop-1");
  expect(isRefusal(refused) && refused.problem.type).toBe(contract.notNow.type);
  await world.castor.run("errors.undo", { issue: "shop-2" });
  expect((await listed(world)).toSorted()).toEqual([
    ["shop-1", "new", 1],
    ["shop-2", "new", 2],
  ]);
  expect(isRefusal(await merge("shop-9"))).toBe(true);
});

test("one of the ways in which an error happens becomes an error of its own, and goes back", async () => {
  await using world = await inbox();
  const frame = (name: string) => ({ filename: "/a.js", function: name, in_app: true });
  const by = (caller: string) =>
    anEvent({
      exception: {
        values: [{ type: "E", value: "x", stacktrace: { frames: [frame(caller), frame("f")] } }],
      },
    });
  await world.store(by("main"));
  await world.store(by("job"));
  await world.store(by("job"));
  await world.settle();
  const detail = () => world.castor.ask(contract.issue, contract.issue.input.parse({ issue }));
  const { variants } = await detail();
  expect(variants.map((each) => each.events)).toEqual([2, 1]);
  const split = { issue, variants: [variants[0]?.exact ?? ""] };
  await world.castor.run("errors.split", split);
  await world.store(by("job"));
  await world.settle();
  expect((await listed(world)).toSorted()).toEqual([
    ["shop-1", "new", 1],
    ["shop-1.1", "new", 3],
  ]);
  await world.castor.run("errors.undo", { issue });
  expect(await listed(world)).toEqual([["shop-1", "new", 4]]);
});
