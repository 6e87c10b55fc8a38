import { ERASED, isRefusal } from "#kernel";
import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { Config, showOf } from "./config.ts";
import {
  deskCluster,
  finalistsNow,
  joinedElsewhere,
  livePicture,
  onAir,
  planned,
  results,
  showsNow,
  unknownValue,
} from "./contract.ts";
import { live } from "./index.ts";
import { keyOf } from "./tokens.ts";
import { checkToken } from "./wire/token.ts";
import { MemoryNode } from "./node.testing.ts";

const question = { text: "Which one?", choices: ["this", "that"], right: "that", window: "10s" };
const yaml = {
  shows: {
    final: {
      title: "The final",
      participantsMax: 10_000,
      dimensions: { age: ["young", "old"] },
      questions: { one: question, two: question },
      finalists: 2,
      keepAnswers: "1h",
      keepFinalists: "2h",
      privacy: { epsilonPerQuestion: 0.1, epsilonPerShow: 0.1, delta: 1e-8 },
    },
  },
};
const hour = 3_600_000;

/** A Castor with one show and its node; the process that counts is not started. */
async function aShow(config: object = yaml) {
  const ports = testPorts();
  const shape = showOf("final", Config.parse(yaml).shows["final"] as never).shape;
  const node = new MemoryNode(ports, shape);
  const equipment = {
    machine: { outpostCommand: (name: string) => ["castor", name], folder: "/" },
    sealer: ports.sealer,
  };
  const castor = await testCastor([live, settings], { ports, equipment, config: { live: config } });
  const desk = (message: unknown): Promise<unknown> =>
    ports.bus.request(deskCluster.name, message, { timeoutMs: 1_000 });
  const play = async (id: string, show = "final"): Promise<void> => {
    await castor.run("live.arm", { show, question: id });
    await castor.run("live.reveal", { show, question: id, in: "1s" });
    await castor.advance(1_000);
  };
  return {
    castor,
    ports,
    node,
    desk,
    play,
    [Symbol.asyncDispose]: () => castor[Symbol.asyncDispose](),
  };
}

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
  expect(first?.groups.map(({ values }) => values)).toEqual([["young"], ["old"]]);
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

test("finalists are numbers until they agree; what they tell is sealed, withdrawn on request, and forgotten in time", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  for (let index = 0; index < 5; index++)
    node.answer(0, { index, choice: 1, latencyMs: 1_000 - index });
  await castor.run("live.close", { show: "final", question: "one" });
  const nobody = { ok: false, why: expect.any(String) };
  const asked = { do: "consent", run: "final", name: "Ana Liva", contact: "ana@example.org" };
  expect(await show.desk({ ...asked, index: 4 })).toEqual(nobody);
  await castor.run("live.finish", { show: "final" });
  await castor.advance(0);
  const numbers = await castor.ask(finalistsNow, { show: "final" });
  expect(numbers.finalists.map(({ index, rank, name }) => [index, rank, name])).toEqual([
    [4, 1, null],
    [3, 2, null],
  ]);
  expect(await show.desk({ ...asked, index: 0 })).toEqual(nobody);
  expect(await show.desk({ ...asked, index: 4 })).toEqual({ ok: true });
  expect(await show.desk({ ...asked, index: 3, name: "Bo Ek" })).toEqual({ ok: true });
  const named = await castor.ask(finalistsNow, { show: "final" });
  expect(named.finalists.map(({ name }) => name)).toEqual(["Ana Liva", "Bo Ek"]);

  expect(await show.desk({ do: "withdraw", run: "final", index: 3 })).toEqual({ ok: true });
  const after = await castor.ask(finalistsNow, { show: "final" });
  expect(after.finalists.map(({ name }) => name)).toEqual(["Ana Liva", null]);
  await castor.advance(2 * hour);
  const later = await castor.ask(finalistsNow, { show: "final" });
  expect(later.finalists.map(({ name }) => name)).toEqual([null, null]);
  const told = castor.facts().filter(({ event }) => event.type === "live.consented");
  expect(told.map(({ event }) => (event.data as { name: string }).name)).toEqual([ERASED, ERASED]);
});

test("somebody may change their mind only so often, so that no finalist fills the log", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  node.answer(0, { index: 7, choice: 1 });
  await castor.run("live.close", { show: "final", question: "one" });
  await castor.run("live.finish", { show: "final" });
  await castor.advance(0);
  const person = { run: "final", index: 7 };
  const answers: unknown[] = [];
  for (let time = 0; time < 7; time++) {
    answers.push(
      await show.desk({ do: "consent", ...person, name: "Ana", contact: "a@b.example" }),
    );
    await show.desk({ do: "withdraw", ...person });
  }
  expect(answers.map((each) => (each as { ok: boolean }).ok)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
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

test("the organiser's backend gives out tokens by its own numbers, and only where the door does not", async () => {
  const shows = { final: { ...yaml.shows.final, joining: "backend" } };
  await using show = await aShow({ shows });
  const { castor, ports } = show;
  const asked = { show: "final", participants: [{ index: 41, values: { age: "old" } }] };
  const closed = await castor.act("live.issue", asked);
  expect(isRefusal(closed) && closed.problem.type).toBe("live.not-now");
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  const issued = (await castor.act("live.issue", asked)) as { tokens: { token: string }[] };
  const key = keyOf(ports.snapshots.get(livePicture)?.value.runs[0] as never);
  const token = checkToken(key, issued.tokens[0]?.token ?? "", 0);
  expect(token).toMatchObject({ index: 41, group: 1, node: 0, kind: 1 });
  for (const wrong of [
    { index: 1, values: { age: "unborn" } },
    { index: 10_000, values: { age: "old" } },
  ]) {
    const refused = await castor.act("live.issue", { show: "final", participants: [wrong] });
    expect(isRefusal(refused) && refused.problem.type).toBe(unknownValue.type);
  }
  expect(await castor.act("live.backend-key", { show: "final" })).toMatchObject({ run: "final" });
  expect(castor.types()).toContain("live.key-told");
  const links = (await castor.act("live.links", { show: "final" })) as {
    play: string;
    stage: string;
  };
  expect(links.play).toBe("http://127.0.0.1:7700/live/final/");
  expect(checkToken(key, links.stage.split("#t=")[1] ?? "", 0)).toMatchObject({ kind: 3 });
});

test("where the door gives out tokens nobody else does, and its key is told to nobody", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  for (const [verb, more] of [
    ["live.backend-key", {}],
    ["live.issue", { participants: [{ index: 0, values: { age: "old" } }] }],
  ] as const) {
    const refused = await castor.act(verb, { show: "final", ...more });
    expect(isRefusal(refused) && refused.problem.type).toBe(joinedElsewhere.type);
  }
});
