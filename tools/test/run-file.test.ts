import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSerial, longestFirst } from "./files.ts";
import { countOutcomes, outcomeLine, runFile } from "./run-file.ts";

const root = mkdtempSync(join(tmpdir(), "castor-run-file-"));
process.env["TMPDIR"] = root; // Where the folders of files that fail are kept, too.
afterAll(() => rmSync(root, { recursive: true }));

const run = (name: string, source: string, timeoutMs = 30_000) => {
  writeFileSync(join(root, name), source);
  return runFile({ root, file: name, timeoutMs, env: {} });
};

test("passes, failures and skips of a file are counted", async () => {
  const outcome = await run(
    "mixed.test.ts",
    `import { test } from "bun:test"; test("a", () => {}); test.skip("b", () => {}); test("c", () => { throw new Error("no") });`,
  );
  expect(outcome).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  expect(outcome.output).toContain("error: no");
  expect(outcomeLine(outcome, 1, 9)).toStartWith(
    "    1/9  FAIL  mixed.test.ts  (1 passed, 1 failed",
  );
});

test("a file that cannot load, dies or holds no test has failed", async () => {
  expect(await run("broken.test.ts", `import "./nowhere.ts";`)).toMatchObject({ failed: 1 });
  expect(await run("dies.test.ts", `process.exit(3);`)).toMatchObject({ failed: 1 });
  expect(await run("empty.test.ts", `export {};`)).toMatchObject({ failed: 1 });
});

test("a file that runs too long is stopped and has failed", async () => {
  const outcome = await run(
    "hangs.test.ts",
    `import { test } from "bun:test"; test("a", () => { while (true); });`,
    500,
  );
  expect(outcome.failed).toBe(1);
  expect(outcome.output).toContain("ran longer than 0.5 s");
});

test("what a file leaves in its temporary folder goes with it, unless it failed", async () => {
  const leaves = (then: string): string =>
    `import { test } from "bun:test"; import { tmpdir } from "node:os";
     await Bun.write(tmpdir() + "/left", "x"); test("a", () => { console.log("in " + tmpdir()); ${then} });`;
  const folderOf = ({ output }: { output: string }): string => /^in (.+)$/m.exec(output)?.[1] ?? "";
  const passed = await run("leaves.test.ts", leaves(""));
  expect([passed.failed, existsSync(folderOf(passed))]).toEqual([0, false]);
  const failed = await run("breaks.test.ts", leaves(`throw new Error("no")`));
  expect([failed.failed, existsSync(join(folderOf(failed), "left"))]).toEqual([1, true]);
});

test("a clean summary with a bad exit code is still a failure", () =>
  expect(countOutcomes(" 3 pass\n 0 fail\n", false)).toMatchObject({ passed: 3, failed: 1 }));

test("the name decides who runs alone", () => {
  expect(isSerial("src/a.serial.test.ts")).toBe(true);
  expect(isSerial("src/serial.test.ts")).toBe(false);
});

test("what starts whole programs comes first, in the order of the paths otherwise", () =>
  expect(longestFirst(["e2e/b.test.ts", "src/a.test.ts", "src/cli/up.test.ts"])).toEqual([
    ...["e2e/b.test.ts", "src/cli/up.test.ts", "src/a.test.ts"],
  ]));
