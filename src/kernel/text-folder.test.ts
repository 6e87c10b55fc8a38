import { afterAll, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textFolder } from "./text-folder.ts";

const root = mkdtempSync(join(tmpdir(), "castor-texts-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const limits = { filesMax: 3, fileBytesMax: 100, depthMax: 2 };

const put = (path: string, text: string): void => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};

test("texts are read by their ending, with those of folders below, and hidden ones are left alone", () => {
  for (const path of ["a/one.md", "a/b/two.md", "a/b/c/deep.md", "a/.git/x.md", "a/notes.txt"])
    put(path, path);
  expect(textFolder(root).files("a", ".md", limits)).toEqual([
    { path: "b/two.md", text: "a/b/two.md" },
    { path: "one.md", text: "a/one.md" },
  ]);
  expect(textFolder(root).files("not-there", ".md", limits)).toEqual([]);
});

test("a file that is the same is the same value, and one that changed is another", () => {
  put("same/x.md", "one");
  put("same/y.md", "one");
  const folder = textFolder(root);
  const [x, y] = folder.files("same", ".md", limits);
  put("same/y.md", "another");
  const [again, changed] = folder.files("same", ".md", limits);
  expect(again).toBe(x);
  expect(changed).not.toBe(y);
  expect(changed).toEqual({ path: "y.md", text: "another" });
});

test("what is too long, too many, no file, or a link out of the folder is told and not read", () => {
  put("odd/long.md", "x".repeat(101));
  symlinkSync("/etc/passwd", join(root, "odd/out.md"));
  execFileSync("mkfifo", [join(root, "odd/pipe.md")]);
  put("odd/z.md", "z");
  expect(textFolder(root).files("odd", ".md", limits)).toEqual([
    { path: "long.md", fault: "It has 101 bytes; at most 100 are read." },
    { path: "out.md", fault: "It is a link out of the folder." },
    { path: "pipe.md", fault: "It is no file." },
    { path: "z.md", fault: "Only 3 files are read; this is one more." },
  ]);
});

test("links within the folder are followed, as mounted configuration has them", () => {
  put("mounted/..2026/x.md", "mounted");
  symlinkSync("..2026/x.md", join(root, "mounted/x.md"));
  expect(textFolder(root).files("mounted", ".md", limits)).toEqual([
    { path: "x.md", text: "mounted" },
  ]);
});
