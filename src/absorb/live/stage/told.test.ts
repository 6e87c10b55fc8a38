import { expect, test } from "bun:test";
import type { QuestionOrder, Run } from "../contract/orders.ts";
import { rough, stageTold } from "./told.ts";

const runWith = (order: QuestionOrder, more: Partial<Run> = {}): Run => ({
  ...{ run: "final", title: "The final", joining: "open", stageCellMin: 1_000, tokenMs: 1 },
  ...{
    tokenKey: "k".repeat(22),
    isErased: false,
    nodes: 1,
    countries: "country",
    showsRight: false,
  },
  questions: [order],
  shape: {
    id: "final",
    participantsMax: 1_000_000,
    dimensions: [
      { id: "country", values: ["FR", "GB"] },
      { id: "age", values: ["young", "old"] },
    ],
    questions: [{ id: "one", text: "Which?", choices: ["a", "b"], right: 1, windowMs: 10_000 }],
  },
  ...more,
});
const open: QuestionOrder = { state: "revealed", revealAt: 1_000, closesAt: 11_000 };
/** Choice a: FR young, FR old, GB young, GB old; then choice b. */
const cells = [30_111, 10_000, 300, 100, 60_000, 20_000, 200, 99];
const at = (now: number, run: Run) =>
  stageTold(run, { now, connections: 123_456, place: 0, cells, ranking: null });

test("before its reveal a question is told to no stage", () => {
  for (const [order, now] of [
    [{ state: "armed" }, 5_000],
    [open, 999],
  ] as const) {
    const { question } = at(now, runWith(order));
    expect([question?.text, question?.choices, question?.shares]).toEqual([null, [], null]);
  }
  expect(at(5_000, runWith({ state: "coming" })).question).toBeNull();
});

test("while answers come the stage hears rough shares of large cells, and not what is right", () => {
  const told = at(5_000, runWith(open));
  expect(told.connections).toBe(120_000);
  expect(told.question).toMatchObject({
    ...{ phase: "open", text: "Which?", right: null, answered: 120_000, shares: [34, 66] },
    splits: [
      { dimension: "country", values: [{ value: "FR", answered: 120_000, shares: [33, 67] }] },
      {
        dimension: "age",
        values: [
          { value: "young", answered: 90_000, shares: [34, 66] },
          { value: "old", answered: 30_000, shares: [33, 67] },
        ],
      },
    ],
  });
  expect(at(5_000, runWith(open, { showsRight: true })).question?.right).toBe(1);
});

test("when time is up, or somebody closed it, the stage hears what was right", () => {
  expect(at(11_000, runWith(open)).question).toMatchObject({ phase: "closed", right: 1 });
  expect(at(5_000, runWith({ state: "closed" })).question).toMatchObject({
    phase: "closed",
    right: 1,
  });
});

test("a number is told with two digits", () => {
  expect([0, 7, 99, 101, 999, 1_234_567].map(rough)).toEqual([0, 7, 99, 100, 990, 1_200_000]);
});
