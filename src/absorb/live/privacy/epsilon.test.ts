import { expect, test } from "bun:test";
import { deviationOf, error95Of, thresholdOf } from "./epsilon.ts";

test("noise, error and threshold are those of the paper for each epsilon", () => {
  const rows = [100, 250, 500, 1_000].map((thousandths) => [
    Number(deviationOf(thousandths).toFixed(1)),
    error95Of(thousandths),
    thresholdOf(thousandths, 1e-6),
    thresholdOf(thousandths, 1e-8),
  ]);
  expect(rows).toEqual([
    [14.1, 30, 133, 179],
    [5.6, 12, 54, 73],
    [2.8, 6, 28, 37],
    [1.4, 3, 15, 20],
  ]);
});
