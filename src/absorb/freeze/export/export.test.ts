import { expect, test } from "bun:test";
import type { FrozenFile, FrozenIndex } from "../kept/contract.ts";
import { exportedFiles, exportingOf } from "./archive.ts";
import { checkExport } from "./check.ts";
import { extensionFor } from "./file-types.ts";
import { mappingOf, relativeUrl } from "./mapping.ts";
import { tarEnd, tarEntry, untar } from "./tar.ts";

const entry = (
  path: string,
  type: string,
  kind: FrozenFile["kind"] = "page",
  host = "wiki.example",
): FrozenFile => ({
  ...{
    key: host + path,
    kind,
    status: kind === "redirect" ? 302 : 200,
    fields: [["content-type", type]],
    body: path,
  },
  ...{ bytes: 1, fetchedAt: 1, title: "", language: "", bannerAt: -1, validators: {} },
});
const indexOf = (files: FrozenFile[]): FrozenIndex => ({
  ...{ service: "wiki", takenAt: 1, files, visited: [], missing: [], external: [] },
});
const pathsOf = (...files: FrozenFile[]): string[] => [...mappingOf(indexOf(files)).paths.values()];
const naming = { dropQuery: ["utm_*"], queryBytesMax: 200 };

async function exportOf(
  files: FrozenFile[],
  bodies: Record<string, string>,
): Promise<Map<string, string>> {
  const get = async (path: string) => Buffer.from(bodies[path] ?? "");
  const made = new Map<string, string>();
  for await (const { path, body } of exportedFiles(exportingOf(indexOf(files), naming), get))
    made.set(path, Buffer.from(body).toString());
  return made;
}

test("pages lie where a plain web server looks for them, those with a query as well", () => {
  const page = (path: string) => entry(path, "text/html");
  expect(
    pathsOf(
      page("/"),
      page("/a"),
      page("/b/"),
      page("/c.html"),
      page("/doku.php?id=start"),
      page("/d%20e"),
    ),
  ).toEqual([
    "index.html",
    "a/index.html",
    "b/index.html",
    "c.html",
    "doku/id-start/index.html",
    "d e/index.html",
  ]);
});

test("files carry an extension by which their type is told", () => {
  const paths = pathsOf(
    entry("/css.php?t=1", "text/css; charset=utf-8", "file"),
    entry("/css.php?t=2", "text/css", "file"),
    entry("/logo", "image/png", "file"),
    entry("/a.jpeg", "image/jpeg", "file"),
    entry("/odd", "application/x-unknown", "file"),
  );
  expect(paths[0]).toMatch(/^css-[0-9a-f]{8}\.php\.css$/);
  expect(new Set(paths).size).toBe(5);
  expect(paths.slice(2)).toEqual(["logo.png", "a.jpeg", "odd"]);
  expect(extensionFor("x.mjs", "text/javascript")).toBe("");
});

test("no address becomes a way out of the folder, and no two become the same file", () => {
  const page = (path: string) => entry(path, "text/html");
  const evil = [
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/x",
    "/a/..%2f..%2fb",
    "/\\..\\x",
    "/.htaccess",
    `/${"x".repeat(300)}`,
    "/a\u0000b",
  ];
  for (const path of pathsOf(...evil.map(page))) {
    expect(path.split("/")).not.toContain("..");
    expect(path).toMatch(/^[^/\\\0][^\\\0]*$/);
    expect(path).not.toStartWith(".");
    expect(path.length).toBeLessThanOrEqual(400);
  }
  const alike = pathsOf(
    page("/A"),
    page("/a"),
    page("/a/"),
    page("/a/index.html"),
    page("/x.html"),
    page("/x.html/y"),
    page("/404.html"),
  );
  expect(new Set(alike.map((path) => path.toLowerCase())).size).toBe(7);
  expect(alike).not.toContain("404.html");
  const folders = alike.flatMap((path) =>
    path
      .split("/")
      .slice(0, -1)
      .map((_, i, all) => all.slice(0, i + 1).join("/")),
  );
  expect(alike.filter((path) => folders.includes(path))).toEqual([]);
});

test("names within an export are relative, so that it may lie anywhere", () => {
  expect(relativeUrl("index.html", "a/index.html")).toBe("a/");
  expect(relativeUrl("a/index.html", "index.html")).toBe("../");
  expect(relativeUrl("a/index.html", "a/index.html")).toBe("./");
  expect(relativeUrl("a/b/index.html", "c d/e#f.css")).toBe("../../c%20d/e%23f.css");
});

test("links, images and style sheets are renamed, through redirects and bases; what is not kept stays what it was", async () => {
  const files = [
    entry("/", "text/html; charset=utf-8"),
    entry("/deep/page?id=1", "text/html"),
    entry("/old", "", "redirect"),
    entry("/s.php?x=1", "text/css", "file"),
    entry("/i", "image/png", "file"),
    entry("/other", "text/html", "page", "else.example"),
  ];
  (files[2] as FrozenFile).fields = [
    ["location", "http://wiki.example/deep/page?id=1&utm_source=x"],
  ];
  const made = await exportOf(files, {
    "/": `<head></head><base href="/deep/"><link rel=stylesheet integrity="sha256-x" href="/s.php?x=1"><a href="page?id=1#top">1</a><a href="/old">2</a><a href="https://else.example/other">3</a><a href="gone">4</a><a href="mailto:a@b.c">5</a>`,
    "/deep/page?id=1": `<img src="/i"><a href="/?utm_medium=mail">home</a>`,
    "/s.php?x=1": `a{b:url(/i)}`,
    "/i": "png",
  });
  const sheet = [...made.keys()].find((path) => path.endsWith(".css")) ?? "";
  expect(made.get("index.html")).toBe(
    `<head><meta charset="utf-8"></head><base><link rel=stylesheet href="${sheet}"><a href="deep/page/id-1/#top">1</a><a href="deep/page/id-1/">2</a><a href="https://else.example/other">3</a><a href="/deep/gone">4</a><a href="mailto:a@b.c">5</a>`,
  );
  expect(made.get("deep/page/id-1/index.html")).toBe(
    `<img src="../../../i.png"><a href="../../../">home</a>`,
  );
  expect(made.get(sheet)).toBe("a{b:url(i.png)}");
  expect(made.get("old/index.html")).toContain('content="0; url=../deep/page/id-1/"');
  const checked = checkExport(new Map([...made].map(([path, text]) => [path, Buffer.from(text)])));
  expect(checked.broken).toEqual([{ from: "index.html", url: "/deep/gone", isLink: true }]);
  expect(checked.external).toEqual(["else.example"]);
});

test("an archive gives back what went in, also long names, and nothing but files", async () => {
  const long = `${"folder/".repeat(30)}é.html`;
  const files: [string, string][] = [
    ["index.html", "x".repeat(1_000)],
    [long, "y".repeat(512)],
    ["empty", ""],
  ];
  const bytes = Buffer.concat([
    ...files.flatMap(([path, body]) => tarEntry(path, Buffer.from(body), 5_000)),
    tarEnd(),
  ]);
  async function* inPieces(all: Buffer) {
    for (let at = 0; at < all.length; at += 700) yield all.subarray(at, at + 700);
  }
  const back: [string, string][] = [];
  for await (const { path, body } of untar(inPieces(bytes)))
    back.push([path, Buffer.from(body).toString()]);
  expect(back).toEqual(files);
  const link = Buffer.from(bytes);
  link.write("2", 156);
  expect(Array.fromAsync(untar(inPieces(link)))).rejects.toThrow("no plain file");
  expect(Array.fromAsync(untar(inPieces(bytes.subarray(0, 900))))).rejects.toThrow("in the middle");
});
