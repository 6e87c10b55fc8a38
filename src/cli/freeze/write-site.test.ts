import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeWithin, writeSite } from "./write-site.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-export-"));
afterEach(() => {
  for (const each of readdirSync(folder)) rmSync(join(folder, each), { recursive: true });
});

async function* site(...paths: string[]) {
  for (const path of paths) yield { path, body: Buffer.from(path) };
}

test("a site is written whole, and the next export takes its place", async () => {
  const target = join(folder, "site");
  await writeSite(target, site("index.html", "a/b.css"));
  expect(readFileSync(join(target, "a/b.css"), "utf8")).toBe("a/b.css");
  await writeSite(target, site("index.html", "c.html"));
  expect(existsSync(join(target, "a"))).toBe(false);
  expect(readdirSync(folder)).toEqual(["site"]);
});

test("a folder with something else in it is left alone", async () => {
  writeFileSync(join(folder, "letter.txt"), "mine");
  expect(writeSite(folder, site("index.html"))).rejects.toThrow("not empty");
  expect(readdirSync(folder)).toEqual(["letter.txt"]);
});

test("nothing is written outside of the folder, and a bad archive changes nothing", async () => {
  const target = join(folder, "site");
  await writeSite(target, site("index.html"));
  for (const bad of ["../out", "/etc/passwd", "a/../../out", "", "a\0b", "..\\out"]) {
    expect(() => placeWithin(target, bad)).toThrow("outside of the folder");
    expect(writeSite(target, site("index.html", bad))).rejects.toThrow("outside of the folder");
  }
  expect(readdirSync(folder)).toEqual(["site"]);
  expect(readFileSync(join(target, "index.html"), "utf8")).toBe("index.html");
});
