import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { configApplied } from "../../platform/settings/contract.ts";
import { Config } from "./config.ts";
import { finalistsNow, livePicture, onAir, planned, results, showsNow } from "./contract.ts";
import { answersRoute } from "./export.ts";
import { live } from "./index.ts";
import { MemoryNode } from "./node.testing.ts";
import { aShow, yaml } from "./show.testing.ts";

const hour = 3_600_000;

test("a show goes by: time closes a question, publication adds noise once and keeps it", async () => {
  await using show = await aShow();
  const { castor, node, ports } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  for (let index = 0; index < 3_000; index++)
    node.answer(0, { index, choice: index % 3 === 0 ? 0 : 1, group: index % 2 });
  await castor.advance(10_000);
  expect(castor.types()).toContain("live.closed");
  expect(ports.snapshots.get(livePicture)?.value.runs[0]?.questions[0]).toEqual({
    state: "closed",
  });

  await castor.run("live.publish", { show: "final", question: "one" });
  await castor.advance(0);
  const [first] = (await castor.ask(results, { show: "final" })).questions;
  for (const [choice, exact] of [1_000, 2_000].entries())
    expect(Math.abs((first?.totals[choice] ?? 0) - exact)).toBeLessThan(300);
  expect(first?.tables.map(({ by }) => by)).toEqual([["age"]]);
  expect(first?.tables[0]?.groups.map(({ values }) => values)).toEqual([["young"], ["old"]]);
  await castor.run("live.publish", { show: "final", question: "one" });
  await castor.advance(60_000);
  expect((await castor.ask(results, { show: "final" })).questions[0]).toEqual(first as never);
  expect(castor.types().filter((type) => type === "live.published")).toHaveLength(1);

  await show.play("two");
  await castor.run("live.close", { show: "final", question: "two" });
  const second = await castor.run("live.publish", { show: "final", question: "two" });
  expect(isRefusal(second) && second.problem.type).toBe("live.budget-spent");
});

test("a publication waits for a node that is away rather than leaving a part of the crowd out", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  for (let index = 0; index < 500; index++) node.answer(0, { index, choice: 1 });
  await castor.run("live.close", { show: "final", question: "one" });
  node.isAway = true;
  await castor.run("live.publish", { show: "final", question: "one" });
  await castor.advance(100);
  expect((await castor.ask(results, { show: "final" })).questions).toEqual([]);
  node.isAway = false;
  await castor.advance(60_000);
  const [one] = (await castor.ask(results, { show: "final" })).questions;
  expect(Math.abs((one?.totals[1] ?? 0) - 500)).toBeLessThan(300);
});

test("who answered what is erased in time, and that is said only when no node has any of it", async () => {
  await using show = await aShow();
  const { castor, node, ports } = show;
  await castor.run("live.open-doors", { show: "final" });
  const early = await castor.run("live.erase", { show: "final" });
  expect(isRefusal(early) && early.problem.type).toBe("live.not-now");
  await castor.run("live.finish", { show: "final" });
  await castor.advance(hour - 1_000);
  expect(castor.types()).not.toContain("live.erasing");
  await castor.advance(2_000);
  expect(ports.snapshots.get(livePicture)?.value.runs[0]?.isErased).toBe(true);
  expect(castor.types()).not.toContain("live.erased");
  node.rawFiles = 0;
  await castor.advance(10_000);
  expect(castor.types()).toContain("live.erased");
  const { shows } = await castor.ask(showsNow, { show: "final" });
  expect(shows[0]?.stage).toBe("erased");
});

test("all nodes that counted a show are asked for its count and its erasure, also when fewer are configured since", async () => {
  await using show = await aShow({ ...yaml, nodes: 2 });
  const { castor, node, ports } = show;
  const second = new MemoryNode(ports, node.count.shape, 1);
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  for (let index = 0; index < 1_000; index++)
    (index % 2 === 0 ? node : second).answer(0, { index, choice: 1 });
  await castor.run("live.close", { show: "final", question: "one" });
  await castor.run("live.finish", { show: "final" });
  castor.castor.configure({ settings: {}, live: Config.parse({ ...yaml, nodes: 1 }) });
  const fx = castor.castor.effects(live, { actor: { kind: "system", id: "test" } });
  await fx.record("config", [configApplied({ file: "castor.yaml", hash: "2", changes: [] })]);
  await castor.run("live.publish", { show: "final", question: "one" });
  await castor.advance(0);
  // A node that is configured no more goes on for what only it has.
  expect(ports.snapshots.get(livePicture)?.value.nodes).toHaveLength(2);
  const [one] = (await castor.ask(results, { show: "final" })).questions;
  expect(Math.abs((one?.totals[1] ?? 0) - 1_000)).toBeLessThan(300);

  node.rawFiles = 0;
  second.isAway = true;
  await castor.run("live.erase", { show: "final" });
  await castor.advance(1_000);
  expect(castor.types()).not.toContain("live.erased");
  second.isAway = false;
  await castor.advance(10_000);
  expect(castor.types()).not.toContain("live.erased");
  second.rawFiles = 0;
  await castor.advance(10_000);
  expect(castor.facts().find(({ event }) => event.type === "live.erased")?.event.data).toEqual(
    expect.objectContaining({ show: "final", nodes: 2 }),
  );
});

test("a rehearsal has its own run and key, and another one each time it begins", async () => {
  await using show = await aShow();
  const { castor, ports } = show;
  await castor.run("live.open-doors", { show: "final" });
  await castor.run("live.open-doors", { show: "final~rehearsal" });
  await castor.advance(0);
  const runs = () => ports.snapshots.get(livePicture)?.value.runs ?? [];
  const [first, second] = runs();
  expect([first?.run, second?.run]).toEqual(["final", "final-1~rehearsal"]);
  expect(first?.tokenKey).not.toBe(second?.tokenKey as string);
  await castor.run("live.open-doors", { show: "final~rehearsal" });
  await castor.advance(0);
  expect(runs().map(({ run }) => run)).toEqual(["final", "final-2~rehearsal"]);
  expect(runs()[0]?.tokenKey).toBe(first?.tokenKey as string);
});

test("right answers stay with the organiser until a question is closed", async () => {
  await using show = await aShow();
  const { castor } = show;
  const rights = async () =>
    (await castor.ask(showsNow, { show: "final" })).shows[0]?.questions.map(({ right }) => right);
  expect(await rights()).toEqual([null, null]);
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  expect(await rights()).toEqual([null, null]);
  await castor.run("live.close", { show: "final", question: "one" });
  expect(await rights()).toEqual([1, null]);
});

test("the plan and the picture on air are there before anything was counted", async () => {
  await using show = await aShow();
  const { castor } = show;
  const plan = await castor.ask(planned, { show: "final" });
  expect(plan.estimates.map(({ scenario }) => scenario)).toEqual(["low", "mid", "high"]);
  const now = await castor.ask(onAir, { show: "final" });
  expect(now.question).toBeNull();
});

test("two publications asked for in the same moment do not both fit a budget for one", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  for (const id of ["one", "two"]) {
    await show.play(id);
    await castor.run("live.close", { show: "final", question: id });
  }
  const both = await Promise.all(
    ["one", "two", "one", "two"].map((question) =>
      castor.run("live.publish", { show: "final", question }),
    ),
  );
  expect(both.filter((each) => isRefusal(each))).toHaveLength(2);
  await castor.advance(1_000);
  expect((await castor.ask(results, { show: "final" })).questions).toHaveLength(1);
});

test("who answered what leaves as lines when the show is over, until it is erased, and the log says so", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  const ask = async (id = "final"): Promise<string | string[]> => {
    const fx = castor.castor.effects(live, { actor: { kind: "person", id: "organiser" } });
    const request = new Request(`http://castor${answersRoute.path}?show=${id}`);
    const said = await answersRoute.serve(request, fx, undefined, "");
    return isRefusal(said) ? said.problem.type : (await said.text()).split("\r\n");
  };
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  node.answer(0, { index: 7, choice: 1, group: 1, latencyMs: 321 });
  node.answer(0, { index: 9, choice: 0, latencyMs: 40 });
  await castor.run("live.close", { show: "final", question: "one" });
  expect(await ask()).toBe("live.not-now");
  expect(castor.types()).not.toContain("live.answers-told");
  await castor.run("live.finish", { show: "final" });
  expect(await ask()).toEqual([
    "participant,question,choice,right,milliseconds,age",
    "7,one,that,true,321,old",
    "9,one,this,false,40,young",
    "",
  ]);
  expect(castor.types().filter((type) => type === "live.answers-told")).toHaveLength(1);
  await castor.run("live.erase", { show: "final" });
  expect(await ask()).toBe("live.not-now");
  expect(await ask("other")).toBe("live.unknown-show");
});

test("whoever asks about a show that nobody knows is told so", async () => {
  await using show = await aShow();
  for (const query of [planned, onAir, results, finalistsNow]) {
    const refused = await show.castor.castor.askByName(query.name, { show: "finale" });
    expect(isRefusal(refused) && refused.problem.type).toBe("live.unknown-show");
  }
});
