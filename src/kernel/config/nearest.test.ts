import { expect, test } from "bun:test";
import { editDistance, listed, nearest } from "./nearest.ts";

test.each([
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["stauts", "status", 1],
  ["same", "same", 0],
])("%s to %s takes %d changes", (from, to, steps) => expect(editDistance(from, to)).toBe(steps));

test("the nearest name is what was meant", () => {
  expect(nearest("instnces", ["instances", "interval"])).toBe("instances");
  expect(nearest("max_failures", ["maxFailures"])).toBe("maxFailures");
  expect(nearest("stat", ["status", "log"])).toBe("status");
});
test("nothing near means nothing is suggested", () =>
  expect(nearest("kubernetes", ["catalog", "gateway"])).toBeUndefined());
test("names are listed as in prose", () => {
  expect(listed(["a"])).toBe("a");
  expect(listed(["a", "b", "c"], "or")).toBe("a, b or c");
});
