import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { changesBetween, isIn, withChange } from "./changes.ts";

const show = {
  title: "Quiz",
  questions: { one: { text: "1?", choices: ["a", "b"] }, two: { text: "2?", choices: ["c"] } },
};

test("what differs is told at the smallest place, lists and orders as one", () => {
  const other = {
    title: "Quiz",
    questions: { one: { text: "One?", choices: ["a"] }, three: { text: "3?", choices: [] } },
  };
  expect(changesBetween(show, other)).toEqual([
    { path: ["questions", "one", "text"], from: "1?", to: "One?" },
    { path: ["questions", "one", "choices"], from: ["a", "b"], to: ["a"] },
    { path: ["questions", "two"], from: show.questions.two, to: undefined },
    { path: ["questions", "three"], from: undefined, to: other.questions.three },
  ]);
  const { one, two } = show.questions;
  const moved = { ...show, questions: { two, one: { ...one, text: "One?" } } };
  expect(changesBetween(show, moved).map(({ path }) => path.join("."))).toEqual([
    ...["questions", "questions.one.text"],
  ]);
  expect(changesBetween(show, structuredClone(show))).toEqual([]);
});

test("another order is taken over without what stands in it", () => {
  const { one, two } = show.questions;
  const [change] = changesBetween(show, { ...show, questions: { two, one } });
  const mine = { ...show, questions: { one: { ...one, text: "mine" }, two, three: one } };
  if (!change) throw new Error("no change");
  expect(isIn(mine, change)).toBe(false);
  const taken = withChange(mine, change) as typeof mine;
  expect(Object.keys(taken.questions)).toEqual(["two", "one", "three"]);
  expect(taken.questions.one.text).toBe("mine");
  expect(isIn(taken, change)).toBe(true);
});

test("whoever takes all changes over has what the other one has", () => {
  const names = fc.constantFrom("a", "b", "constructor", "__proto__");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(fc.string()), tie("group")),
    group: fc.dictionary(names, tie("value"), { noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(value, value, (from, to) => {
      const taken = changesBetween(from, to).reduce<unknown>(withChange, from);
      // Names that were added come last; all else is the same.
      expect(taken).toEqual(to);
    }),
  );
});
