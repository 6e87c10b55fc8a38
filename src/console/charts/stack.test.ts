import { expect, test } from "bun:test";
import { stack } from "./stack.ts";

test("each layer stands on the ones below, and a gap adds nothing", () => {
  expect(
    stack([
      [1, 2, null],
      [10, null, 30],
    ]),
  ).toEqual([
    [1, 2, 0],
    [11, 2, 30],
  ]);
});
