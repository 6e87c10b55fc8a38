import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { ShowConfig, showOf } from "./config.ts";
import { definitionNow, inFile, livePicture, planned, showsNow } from "./contract.ts";
import { configSaid, planSaid } from "./said.ts";
import { aShow } from "./show.testing.ts";

const question = { text: "Which one?", choices: ["this", "that"], right: "that", window: "90s" };
const quiz = {
  title: "The quiz",
  dimensions: { country: "countries", age: ["young", "old"] },
  questions: { one: question, two: { ...question, right: undefined } },
  privacy: { epsilonPerQuestion: 0.25 },
  ...{ keepAnswers: "1h", keepFinalists: "2h" },
  plan: { registered: { high: 7_000_000 }, questionEvery: "5m" },
};
const refusal = (said: unknown): string | undefined =>
  isRefusal(said) ? said.problem.type : undefined;

test("an added show is told as castor.yaml would say it, and changed by saying it anew", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.add", { show: "quiz", definition: quiz });
  const told = await castor.ask(definitionNow, { show: "quiz" });
  expect(told).toMatchObject({ isInFile: false, definition: { title: "The quiz" } });
  expect(told.definition.questions["one"]).toEqual(question);
  const plan = await castor.ask(planned, { show: "quiz" });
  expect(plan.estimates.at(-1)?.needs["connections"]).toBe(3_500_000);

  await castor.run("live.change", { show: "quiz", base: 1, definition: told.definition });
  expect(castor.types()).not.toContain("live.changed");
  const renamed = { ...told.definition, title: "Another quiz" };
  await castor.run("live.change", { show: "quiz", base: 1, definition: renamed });
  const [now] = (await castor.ask(showsNow, { show: "quiz" })).shows;
  expect(now?.title).toBe("Another quiz");
  const after = await castor.ask(planned, { show: "quiz" });
  expect(after.estimates).toEqual(plan.estimates);
});

test("of two who change a show at the same time the second is told, and loses nothing by it", async () => {
  await using show = await aShow();
  const { castor } = show;
  await castor.run("live.add", { show: "quiz", definition: quiz });
  const saves = async (title: string, base: number): Promise<string | undefined> =>
    refusal(
      await castor.run("live.change", { show: "quiz", base, definition: { ...quiz, title } }),
    );
  expect(await saves("Ana's", 1)).toBeUndefined();
  expect(await saves("Ben's", 1)).toBe("live.changed-meanwhile");
  // Whoever sends the same again, not knowing whether it came, is not told that they were too late.
  expect(await saves("Ana's", 1)).toBeUndefined();
  const told = await castor.ask(definitionNow, { show: "quiz" });
  expect([told.version, told.definition.title]).toEqual([2, "Ana's"]);
  expect(await saves("Ben's", told.version)).toBeUndefined();

  await castor.run("live.open-doors", { show: "quiz" });
  const corrects = async (text: string, id: string, base: number): Promise<string | undefined> => {
    const words = { show: "quiz", question: id, text, choices: ["this", "that"] };
    return refusal(await castor.run("live.correct", { ...words, base }));
  };
  expect(await corrects("Which of them?", "one", 0)).toBeUndefined();
  expect(await corrects("Which one then?", "one", 0)).toBe("live.changed-meanwhile");
  expect(await corrects("Another question", "two", 0)).toBeUndefined();
  const [now] = (await castor.ask(showsNow, { show: "quiz" })).shows;
  expect(now?.questions.map(({ text, version }) => [text, version])).toEqual([
    ["Which of them?", 1],
    ["Another question", 1],
  ]);
});

test("whatever castor.yaml may say of a show comes back as it was said", () => {
  const ms = (min: number) => fc.integer({ min, max: 86_400_000 }).map((each) => `${each}ms`);
  fc.assert(
    fc.property(
      ms(1),
      ms(60_000),
      fc.integer({ min: 1, max: 5_000 }),
      (kept, length, thousandths) => {
        const said = ShowConfig.parse({
          ...{ title: "x", keepAnswers: kept, tokens: kept },
          questions: { one: { text: "?", choices: ["a", "b"], window: "61s", right: "b" } },
          privacy: { epsilonPerQuestion: thousandths / 1_000 },
          plan: { length, machine: { boot: kept } },
        });
        const again = ShowConfig.parse({
          ...configSaid(showOf("x", said)),
          plan: planSaid(said.plan),
        });
        expect(again).toEqual(said);
      },
    ),
    { numRuns: 50 },
  );
});

test("what castor.yaml names is changed there", async () => {
  await using show = await aShow();
  const { castor } = show;
  const definition = { ...quiz };
  expect(refusal(await castor.run("live.add", { show: "final", definition }))).toBe(
    "live.name-taken",
  );
  expect(refusal(await castor.run("live.change", { show: "final", base: 0, definition }))).toBe(
    inFile.type,
  );
  expect(refusal(await castor.run("live.remove", { show: "final" }))).toBe("live.in-file");
  expect((await castor.ask(definitionNow, { show: "final" })).isInFile).toBe(true);
});

test("once its doors are open a show stays, and only words that nobody has seen are corrected", async () => {
  await using show = await aShow();
  const { castor, ports } = show;
  await castor.run("live.add", { show: "quiz", definition: quiz });
  const words = { text: "Which of them?", choices: ["This", "That"] };
  const correct = (id: string, more: object = {}): Promise<unknown> =>
    castor.run("live.correct", { show: "quiz", question: id, base: 0, ...words, ...more });
  expect(refusal(await correct("one"))).toBe("live.not-now");
  await castor.run("live.open-doors", { show: "quiz" });
  const changed = await castor.run("live.change", { show: "quiz", base: 1, definition: quiz });
  expect(refusal(changed)).toBe("live.not-now");
  expect(refusal(await castor.run("live.remove", { show: "quiz" }))).toBe("live.not-now");

  await correct("one");
  await castor.advance(0);
  const run = ports.snapshots.get(livePicture)?.value.runs.find((each) => each.run === "quiz");
  expect(run?.shape.questions[0]).toMatchObject({ ...words, right: 1, windowMs: 90_000 });
  expect(refusal(await correct("one", { choices: ["a", "b", "c"] }))).toBe("live.unknown-value");
  expect(refusal(await correct("one", { choices: ["a", "a"] }))).toBe("live.unknown-value");
  expect(refusal(await correct("none"))).toBe("live.unknown-question");
  await castor.run("live.arm", { show: "quiz", question: "two" });
  expect(refusal(await correct("two"))).toBe("live.not-now");
  await castor.run("live.disarm", { show: "quiz", question: "two" });
  expect(await correct("two")).not.toSatisfy(isRefusal);
});

test("an added show goes with its rehearsal, and with what somebody told the rehearsal of themselves", async () => {
  await using show = await aShow();
  const { castor, node, ports } = show;
  await castor.run("live.add", { show: "quiz", definition: quiz });
  await castor.run("live.open-doors", { show: "quiz~rehearsal" });
  await show.play("one", "quiz~rehearsal");
  node.answer(0, { index: 3, choice: 1 });
  await castor.run("live.close", { show: "quiz~rehearsal", question: "one" });
  expect(refusal(await castor.run("live.remove", { show: "quiz" }))).toBe("live.not-now");
  await castor.run("live.finish", { show: "quiz~rehearsal" });
  await castor.advance(0);
  const who = { run: "quiz-1~rehearsal", index: 3, name: "Ana", contact: "ana@example.org" };
  expect(await show.desk({ do: "consent", ...who })).toEqual({ ok: true });

  await castor.run("live.remove", { show: "quiz" });
  await castor.advance(0);
  expect((await castor.ask(showsNow, {})).shows.map((each) => each.show)).toEqual(["final"]);
  expect(ports.snapshots.get(livePicture)?.value.runs).toEqual([]);
  const consents = castor.facts().filter(({ event }) => event.type === "live.consented");
  expect(consents.map(({ event }) => (event.data as { name: string }).name)).not.toContain("Ana");
  await castor.advance(2 * 3_600_000);
  await castor.run("live.add", { show: "quiz", definition: quiz });
  expect((await castor.ask(showsNow, { show: "quiz" })).shows).toHaveLength(1);
});

test("what a show says wrongly is told at its field, in words, each once", () => {
  const told = (said: object): string[] =>
    ShowConfig.safeParse({ ...quiz, ...said }).error?.issues.map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    ) ?? [];
  const one = (said: object): object => ({ questions: { one: { ...question, ...said } } });
  expect(told(one({ choices: ["that", " that "] }))).toEqual([
    "questions.one.choices: Two choices are the same",
  ]);
  expect(told(one({ text: " ", right: undefined, choices: ["", ""] }))).toEqual([
    "questions.one.text: Write what is asked",
    "questions.one.choices.0: Write what this choice says",
    "questions.one.choices.1: Write what this choice says",
  ]);
  expect(told(one({ window: "1ms" }))).toEqual([
    "questions.one.window: From one second to seven days",
  ]);
  expect(told({ questions: {} })).toEqual(["questions: Ask one question at least"]);
  expect(told({ dimensions: { Age: ["a"] } })).toEqual([
    "dimensions.Age: Small letters, digits and dashes, at most 40",
  ]);
  expect(told({ title: "" })).toEqual(["title: Give it a title"]);
});
