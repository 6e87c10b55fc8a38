import { expect, test } from "bun:test";
import { compare, dueBy, Pace } from "./rehearsal.ts";

test("what is due follows the curve, second by second, and ends with everybody", () => {
  const due = dueBy([1, 3, 0, 4], 800);
  expect([0, 0.5, 1, 1.5, 2, 3, 4, 9].map(due)).toEqual([0, 50, 100, 250, 400, 400, 800, 800]);
});

test("the busiest second is found wherever it begins, and a look that was missed invents nothing", () => {
  const pace = new Pace();
  for (const [ms, all] of [
    [0, 0],
    [510, 100],
    [1_090, 400],
    [1_480, 900],
    [2_600, 1_000],
  ] as const)
    pace.look(ms, all);
  expect(pace.busiest()).toBe(900);
  expect(pace.perSecond()).toEqual([400, 500, 100]);
});

test("a crowd that is too small to tell what an answer costs says so, and is no worse for it", () => {
  expect(compare({ ...rehearsed, answerUs: null }).at(-1)).toMatchObject({
    ...{ was: "too few to tell", isGood: true },
  });
});

const figures = (recorded: number, p99: number) => ({
  ...{ sent: 1_000, acked: 1_000, outcomes: [recorded], seconds: 10, lost: 0, cpuSeconds: 1 },
  ackMs: { p50: 1, p99, max: p99 },
});
const rehearsed = {
  ...{ answers: 2_000, peakPlanned: 200, answerUsPlanned: 10, peak: 190 },
  ...{ counted: 2_000, answerUs: 9, figures: [figures(1_000, 4), figures(1_000, 9)] },
};

test("a rehearsal as planned is good in every line; what is not says so", () => {
  expect(compare(rehearsed).every(({ isGood }) => isGood)).toBe(true);
  const bad = (of: Partial<typeof rehearsed>): string[] =>
    compare({ ...rehearsed, ...of }).flatMap(({ what, isGood }) => (isGood ? [] : [what]));
  const todo = (of: Partial<typeof rehearsed>): string =>
    compare({ ...rehearsed, ...of })
      .flatMap((row) => row.todo)
      .join("\n");
  expect(todo({})).toBe("");
  expect(todo({ peak: 900 })).toContain("came in bursts");
  expect(todo({ peak: 90 })).toContain("could not keep up");
  expect(todo({ answerUs: 13 })).toContain("plan.costs.answerUs: 13.0");
  expect(bad({ counted: 1_999 })).toEqual(["counted, of what was acknowledged"]);
  expect(bad({ figures: [figures(900, 50), figures(1_000, 4)], counted: 1_900 })).toEqual([
    "answers acknowledged",
    "acknowledged, 99 % within",
  ]);
  expect(bad({ peak: 90, answerUs: 13 })).toEqual([
    "busiest second",
    "processor time of an answer",
  ]);
});
