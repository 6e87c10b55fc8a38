import { afterAll, expect, test } from "bun:test";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const copy = await mkdtemp(join(tmpdir(), "castor-new-"));
afterAll(() => rm(copy, { recursive: true, force: true }));

const leftOut = new Set(["node_modules", ".git", "dist", ".castor"]);

async function run(...command: string[]): Promise<{ code: number; said: string }> {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: copy,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, said: out + err };
}

test("a new slice passes every check and its own tests, untouched", async () => {
  await cp(root, copy, {
    recursive: true,
    filter: (path) => !leftOut.has(path.slice(root.length + 1)),
  });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  const made = await run("tools/new.ts", "respond/quiet-hours");
  expect(made).toMatchObject({ code: 0 });
  expect(await run("tools/check.ts")).toMatchObject({ code: 0 });
  const tested = await run("test", "./src/respond/quiet-hours");
  expect(tested.said).toContain("5 pass");
  expect(tested.said).toContain("0 fail");
  const again = await run("tools/new.ts", "respond/quiet-hours");
  expect(again).toMatchObject({ code: 1, said: expect.stringContaining("is there already") });
  expect(await run("tools/new.ts", "nowhere/things")).toMatchObject({ code: 2 });
}, 180_000);
