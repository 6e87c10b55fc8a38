import { expect, test } from "bun:test";
import { sameAnswer } from "./same-answer.ts";

test("what stayed the same keeps its identity, but names in another order are told", () => {
  const before = { at: 1, shows: { one: { a: 1 }, two: { b: 2 } } };
  const later = sameAnswer(before, { ...structuredClone(before), at: 2 }) as typeof before;
  expect(later.at).toBe(2);
  expect(later.shows).toBe(before.shows);
  const { one, two } = before.shows;
  const moved = sameAnswer(before, { at: 1, shows: { two, one } }) as typeof before;
  expect(Object.keys(moved.shows)).toEqual(["two", "one"]);
});
