import { expect, test } from "bun:test";
import { endingOf, errorIn } from "./control-endings.ts";

const control = {
  id: "control",
  kind: "control",
  state: "exited",
  restarts: 0,
  at: 0,
  asked: false,
} as const;

test("control that was killed is told, and nobody gives up", () => {
  const ending = endingOf({ ...control, signal: "SIGKILL" }, true);
  expect(ending?.giveUp).toBe(false);
  expect(ending?.says).toContain("Control ended (SIGKILL) and is started again; traffic flows on.");
});
test("a taken port ends a start that never worked, and only such a one", () => {
  expect(endingOf({ ...control, code: 75 }, false)).toMatchObject({ giveUp: true });
  expect(endingOf({ ...control, code: 75 }, true)).toMatchObject({ giveUp: false });
});
test("nothing is said of an end that was asked for, or of other processes", () => {
  expect(endingOf({ ...control, asked: true, code: 0 }, true)).toBeUndefined();
  expect(endingOf({ ...control, id: "shop-1", kind: "service", code: 1 }, true)).toBeUndefined();
});

test("why control ended is its last error, without the stack", () => {
  const at = "2026-11-22T08:41:16.267Z";
  const log = `${at} error: older\n${at} 91 |  throw\n${at} error: This log has format 1.\n${at}       at epoch\n`;
  expect(errorIn(log)).toBe("This log has format 1.");
  expect(errorIn(`${at} [castor] ended by SIGKILL\n`)).toBeUndefined();
});
