import { ERASED, isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { finalistsNow } from "./contract.ts";
import { aShow } from "./show.testing.ts";

const hour = 3_600_000;

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
  node.rawFiles = 0;
  await castor.advance(2 * hour);
  const later = await castor.ask(finalistsNow, { show: "final" });
  expect(later.finalists.map(({ name }) => name)).toEqual([null, null]);
  const told = castor.facts().filter(({ event }) => event.type === "live.consented");
  expect(told.map(({ event }) => (event.data as { name: string }).name)).toEqual([ERASED, ERASED]);
}, 30_000);

test("an operator may ask for anybody's place by number, while no question is on and all nodes are there", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  const ask = (index: number): Promise<unknown> =>
    castor.act("live.rank", { show: "final", index });
  const why = async (index: number): Promise<string | undefined> => {
    const said = await ask(index);
    return isRefusal(said) ? said.problem.type : undefined;
  };
  expect(await why(0)).toBe("live.not-now");
  await castor.run("live.open-doors", { show: "final" });
  await show.play("one");
  for (let index = 0; index < 20; index++)
    node.answer(0, { index, choice: index < 15 ? 1 : 0, latencyMs: 1_000 + index });
  expect(await why(3)).toBe("live.not-now");
  await castor.run("live.close", { show: "final", question: "one" });
  const place = { show: "final", index: 14, rank: 15, right: 1, latencyMs: 1_014 };
  expect(await ask(14)).toEqual(place);
  expect(await ask(17)).toMatchObject({ rank: null, right: 0 });
  expect(await why(10_000)).toBe("live.unknown-value");
  node.isAway = true;
  expect(await why(14)).toBe("live.node-away");
});

test("what finalists of a rehearsal told of themselves goes when it begins anew", async () => {
  await using show = await aShow();
  const { castor, node } = show;
  const rehearsal = { show: "final~rehearsal" };
  await castor.run("live.open-doors", rehearsal);
  await show.play("one", "final~rehearsal");
  node.answer(0, { index: 7, choice: 1 });
  await castor.run("live.close", { ...rehearsal, question: "one" });
  await castor.run("live.finish", rehearsal);
  await castor.advance(0);
  const asked = { do: "consent", run: "final-1~rehearsal", index: 7 };
  const said = await show.desk({ ...asked, name: "Ana Liva", contact: "ana@example.org" });
  expect(said).toEqual({ ok: true });
  await castor.run("live.open-doors", rehearsal);
  await castor.advance(0);
  const told = castor.facts().filter(({ event }) => event.type === "live.consented");
  expect(told.map(({ event }) => (event.data as { name: string }).name)).toEqual([ERASED]);
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
