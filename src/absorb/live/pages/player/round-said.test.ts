import { expect, test } from "bun:test";
import { outcome, type Outcome } from "../../contract/outcomes.ts";
import { type RoundNow, roundSaid } from "./round-said.ts";

const open: RoundNow = {
  ...{ chosen: 1, became: undefined, isOffline: false, isOver: false, right: null },
};
const over: RoundNow = { ...open, isOver: true, right: 1 };
const said = (of: RoundNow, more: Partial<RoundNow> = {}): string => roundSaid({ ...of, ...more });

test("whoever plays is told what became of their answer, and never that it was right before it is known to count", () => {
  expect(said(open, { chosen: undefined })).toBe("");
  expect(said(open)).toBe("Sending…");
  expect(said(open, { isOffline: true })).toContain("is kept");
  expect(said(open, { became: outcome.recorded })).toBe("Your answer is safe.");
  expect(said(over, { became: outcome.recorded })).toBe("Right!");
  expect(said(over, { became: outcome.repeated, chosen: 0 })).toContain("Not this time");
  expect(said(over, { chosen: undefined })).toBe("You did not answer this one.");
  for (const became of [undefined, outcome.late]) expect(said(over, { became })).not.toBe("Right!");
  expect(said(over, { became: outcome.late })).toContain("Too late");
  expect(said(over, { isOffline: true })).toContain("whether your answer came in time");
  // A poll has no right one.
  expect(said(over, { right: null, became: outcome.recorded })).toBe("Your answer is safe.");
});

test("every outcome has words", () => {
  for (const became of Object.values(outcome) as Outcome[])
    expect(said(open, { became })).toMatch(/^[A-Z].{10,}\.$/);
});
