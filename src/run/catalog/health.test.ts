import { expect, test } from "bun:test";
import { noChecks, noteCheck, pauseMs, startAnew, stripLength } from "./health.ts";

const thresholds = { healthyAfter: 2, unhealthyAfter: 3 };
const result = (ok: boolean) => ({ at: 0, ok, says: ok ? "fine" : "no answer", tookMs: 1 });

/** The verdict after each of a row of checks: + well, - not, . none yet. */
function verdicts(row: string): string {
  const checks = noChecks();
  return [...row]
    .map((each) => noteCheck(checks, result(each === "+"), thresholds))
    .map((verdict) => (verdict === undefined ? "." : verdict.healthy ? "+" : "-"))
    .join("");
}

test("it takes so many in a row to be healthy, and so many not to be", () => {
  expect(verdicts("++")).toBe(".+");
  expect(verdicts("---")).toBe("..-");
  expect(verdicts("--+---")).toBe(".....-");
  expect(verdicts("+-+-+-")).toBe("......");
});

test("the verdict says why", () => {
  const checks = noChecks();
  const all = [1, 2, 3].map(() => noteCheck(checks, result(false), thresholds));
  expect(all[2]?.why).toBe("3 checks failed in a row, last: no answer");
});

test("a new process earns its health anew, and the strip goes on", () => {
  const checks = noChecks();
  noteCheck(checks, result(true), thresholds);
  startAnew(checks);
  expect(noteCheck(checks, result(true), thresholds)).toBeUndefined();
  expect(checks.strip).toEqual(["ok", "ok"]);
});

test("the strip holds the last checks only", () => {
  const checks = noChecks();
  for (let i = 0; i < stripLength + 10; i++) noteCheck(checks, result(i >= 10), thresholds);
  expect(checks.strip).toHaveLength(stripLength);
  expect(checks.strip).not.toContain("fail");
});

test("it looks closely while it is not known to be well", () => {
  const pause = (health: "healthy" | "unhealthy" | "unknown", hasFailures = false, random = 0.5) =>
    pauseMs({ health, everyMs: 5_000, hasFailures }, random);
  expect([pause("healthy"), pause("unhealthy"), pause("unknown")]).toEqual([5_000, 1_000, 250]);
  expect(pause("healthy", true)).toBe(1_000);
  expect([pause("healthy", false, 0), pause("healthy", false, 1)]).toEqual([4_500, 5_500]);
});
