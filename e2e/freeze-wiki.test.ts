import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrozenIndex } from "../src/absorb/freeze/kept/contract.ts";
import { readPage } from "../src/absorb/freeze/crawl/html.ts";
import { freeze as freezeVerb, freezeCoverage, freezeExport } from "../src/cli/verbs/freeze.ts";
import type { Checked } from "../src/absorb/freeze/export/check.ts";
import { readArguments } from "../src/cli/arguments.ts";
import { type Command, everywhere } from "../src/cli/command.ts";
import { paperTerminal } from "../src/cli/testing.ts";
import { serveWithNginx, nginxLacks } from "./nginx.ts";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";
import { startWiki, type Wiki, wikiLacks } from "./wiki.ts";

const timeoutMs = 120_000;
const pageCount = 40;
const keptCount = 30;
const lacks = wikiLacks() ?? nginxLacks();
if (lacks !== undefined) process.stderr.write(`${lacks}\n`);

afterEach(endAll, timeoutMs);

type Status = { sites: { snapshot?: { index: string; pages: number } }[] };
const statusOf = async (castor: Running) =>
  ((await castor.api.ask("freeze.status")) as Status).sites[0];

async function indexOf(castor: Running): Promise<FrozenIndex> {
  const name = (await statusOf(castor))?.snapshot?.index ?? "";
  const path = join(castor.data, "frozen/objects", name.slice(0, 2), name);
  return JSON.parse(readFileSync(path, "utf8")) as FrozenIndex;
}

const startBefore = (wiki: Wiki): Promise<Running> =>
  startCastor({
    config: {
      catalog: { services: { wiki: { url: wiki.url } } },
      gateway: { workers: 2, routes: [{ service: "wiki" }] },
      freeze: { sites: { wiki: { pages: keptCount, perSecond: 100 } } },
    },
  });

/** Many visits to few pages, few to many: the n-th page gets one n-th of what the first gets. */
async function visit(castor: Running, paths: readonly string[]): Promise<void> {
  for (const [rank, path] of paths.entries())
    for (let i = 0; i < Math.ceil(40 / (rank + 1)); i++) {
      const campaign = i % 3 === 0 ? "&utm_source=mail" : "";
      const response = await fetch(`${castor.gateway}${path}${campaign}`);
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
}

async function takeSnapshot(castor: Running): Promise<void> {
  await castor.api.act("freeze.crawl");
  await until("the visited pages are in the snapshot", async () => {
    const now = await statusOf(castor);
    return (now?.snapshot?.pages ?? 0) >= keptCount;
  });
}

async function freeze(castor: Running): Promise<void> {
  const said = await type(castor, freezeVerb, "--reason", "the front page");
  expect(said).toMatch(/^wiki {2}frozen: the front page\n {2}a copy of \d+ pages, 0 minutes old/);
  await until("every worker serves the copy", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(castor.gateway, { headers: { connection: "close" } })),
    );
    return answers.every(({ headers }) => headers.get("castor-reason") === "freeze.page");
  });
}

/** Every address of the snapshot answers as it was copied, and pages say their age. */
async function checkFrozen(castor: Running, index: FrozenIndex): Promise<void> {
  for (const file of index.files) {
    const target = file.key.slice(file.key.indexOf("/"));
    const response = await fetch(castor.gateway + target, { redirect: "manual" });
    expect({ target, status: response.status }).toEqual({ target, status: file.status });
    expect(response.headers.get("castor-reason")).toBe("freeze.page");
    const copied = Date.parse(response.headers.get("castor-frozen-at") ?? "");
    expect(copied).toBe(file.fetchedAt);
    const body = await response.text();
    if (file.kind !== "page") continue;
    const ageS = Number(response.headers.get("age"));
    expect(Math.abs(ageS - (Date.now() - copied) / 1_000)).toBeLessThan(2);
    expect(body).toContain(`<time datetime="${new Date(copied).toISOString()}">`);
    expect(body).toMatch(/You are reading a copy from .*(less than a minute|\d+ minutes?) ago/);
    const asked = { headers: { "if-none-match": response.headers.get("etag") ?? "" } };
    const again = await fetch(castor.gateway + target, asked);
    expect([200, 304]).toContain(again.status);
    for (const { url, kind } of readPage(body).references) {
      const to = new URL(url, castor.gateway + target);
      if (to.origin !== castor.gateway || kind === "link") continue;
      const { status } = await fetch(to);
      expect({ from: target, to: url, status }).toEqual({ from: target, to: url, status: 200 });
    }
  }
}

/** The same check on a plain web server, from every page on: all that is named is there. */
async function walk(url: string, folder: string): Promise<void> {
  const seen = new Set<string>();
  const written = [...new Bun.Glob("**/index.html").scanSync(folder)];
  const queue = written.map((path) => `${url}/${path.replace(/index\.html$/, "")}`);
  let pagesSeen = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const response = await fetch(next);
    const type = response.headers.get("content-type") ?? "";
    const body = await response.text();
    if (response.status === 404) {
      expect(body).toContain("not part of the copy");
      continue;
    }
    expect({ next, status: response.status }).toEqual({ next, status: 200 });
    expect({ next, type }).not.toEqual({ next, type: "application/octet-stream" });
    if (!type.startsWith("text/html")) continue;
    pagesSeen++;
    for (const { url: to, kind } of readPage(body).references) {
      const target = new URL(to, next);
      target.hash = "";
      if (target.origin !== url) continue;
      if (kind === "link") queue.push(target.href);
      else
        expect({ next, to, status: (await fetch(target)).status }).toEqual({
          next,
          to,
          status: 200,
        });
    }
  }
  expect(pagesSeen).toBe(written.length);
  expect(written.length).toBeGreaterThanOrEqual(keptCount);
}

/** Runs a verb of the command line, as somebody who sits in Castor's folder. */
async function type(castor: Running, verb: Command, ...words: string[]): Promise<string> {
  const paper = paperTerminal({ folder: castor.folder });
  const line = [...words, "--data", castor.data];
  const given = await readArguments(line, { ...verb.options, ...everywhere }, verb);
  const code = await verb.run(given, paper);
  expect({ code, complained: paper.complained }).toEqual({ code: 0, complained: "" });
  return paper.printed;
}

test.skipIf(lacks !== undefined)(
  "a wiki that is visited, copied and frozen goes on answering once it is dead, and so does its export",
  async () => {
    const wiki = await startWiki(pageCount);
    const castor = await startBefore(wiki);
    await allServe(castor, 2);
    await visit(castor, wiki.paths);
    await takeSnapshot(castor);
    const covered = await type(castor, freezeCoverage);
    expect(covered).toMatch(/^wiki {2}\d+ pages = (8[5-9]|9\d) % of visits\n {2}kept .*id=start\n/);
    await freeze(castor);
    await wiki.stop();
    const index = await indexOf(castor);
    expect(index.missing).toEqual([]);
    await checkFrozen(castor, index);
    const last = wiki.paths.at(-1) ?? "";
    const other = await fetch(castor.gateway + last, { headers: { accept: "text/html" } });
    expect(other.status).toBe(503);
    expect(other.headers.get("castor-reason")).toBe("freeze.not-kept");
    expect(other.headers.get("retry-after")).toBe("60");
    expect(await other.text()).toContain('<a href="/doku.php?id=start">');
    const folder = join(castor.folder, "site");
    const report = JSON.parse(await type(castor, freezeExport, "site", "--json")) as Checked;
    expect(report.broken.filter(({ isLink }) => !isLink)).toEqual([]);
    expect(report.pages).toBeGreaterThanOrEqual(keptCount);
    await walk(await serveWithNginx(folder), folder);
  },
  timeoutMs,
);
