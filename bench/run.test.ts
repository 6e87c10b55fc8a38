import { expect, test } from "bun:test";
import { join } from "node:path";

const run = (...args: string[]) => {
  const child = Bun.spawnSync([process.execPath, join(import.meta.dir, "run.ts"), ...args]);
  return { code: child.exitCode, out: child.stdout.toString(), err: child.stderr.toString() };
};

test("without a name, the benchmarks are listed, and their tools are not", () => {
  const { code, out } = run();
  expect(code).toBe(0);
  expect(out).toContain("footprint");
  expect(out).not.toMatch(/^ {2}(run|kit)/m);
});

test("a name that is none is told what there is", () => {
  const { code, err } = run("speed");
  expect(code).toBe(2);
  expect(err).toContain("There is no benchmark speed; there are: ");
});
