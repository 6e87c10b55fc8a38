import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { identify, isAlive } from "./identity.ts";
import { AlreadyKept, lockHolder, takeLock } from "./lock.ts";

const folders: string[] = [];
const aPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "castor-lock-"));
  folders.push(folder);
  return join(folder, "keeper.pid");
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("a second one is told who was first", () => {
  const path = aPath();
  takeLock(path);
  expect(() => takeLock(path)).toThrow(AlreadyKept);
  expect(() => takeLock(path)).toThrow(`process ${process.pid}`);
  expect(lockHolder(path)?.pid).toBe(process.pid);
});

test("what is given back can be taken again, and leaves nothing behind", () => {
  const path = aPath();
  takeLock(path)();
  expect(existsSync(path)).toBe(false);
  takeLock(path);
  expect(readdirSync(dirname(path))).toEqual(["keeper.pid"]);
});

test("a dead holder is no holder, even when its number is used again", () => {
  const path = aPath();
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAs: "an earlier day" }));
  expect(lockHolder(path)).toBeUndefined();
  takeLock(path);
  expect(lockHolder(path)?.pid).toBe(process.pid);
  expect(readdirSync(dirname(path))).toEqual(["keeper.pid"]);
});

test("a torn pid file holds nobody up", () => {
  const path = aPath();
  writeFileSync(path, '{"pid":1');
  takeLock(path);
  expect(lockHolder(path)?.pid).toBe(process.pid);
});

test("a process is known for certain while it lives, and not after", async () => {
  const child = Bun.spawn(["sleep", "60"]);
  const known = identify(child.pid);
  if (!known) throw new Error("The child is not to be found.");
  expect(isAlive(known)).toBe(true);
  expect(isAlive({ ...known, startedAs: "another" })).toBe(false);
  child.kill("SIGKILL");
  await child.exited;
  expect(isAlive(known)).toBe(false);
});
