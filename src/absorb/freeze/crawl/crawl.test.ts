import { expect, test } from "bun:test";
import type { Objects } from "../cellar/contract.ts";
import { Config, type SiteConfig } from "../config.ts";
import type { FrozenIndex } from "../kept/contract.ts";
import { Crawl, OriginSick } from "./crawl.ts";

type Answers = Record<string, (() => Response) | undefined>;
const html =
  (body: string, headers: Record<string, string> = {}) =>
  () =>
    new Response(body, { headers: { "content-type": "text/html", ...headers } });
const css = (body: string) => () => new Response(body, { headers: { "content-type": "text/css" } });

function memory(): Objects & { kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    put: async (bytes) => {
      const name = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
      kept.set(name, bytes);
      return name;
    },
    get: async (name) => kept.get(name),
    sweep: async () => 0,
  };
}

/** A site that answers as told, a clock that only sleeping moves, and the list of what was asked when. */
function world(
  answers: Answers,
  of: {
    tookMs?: number;
    config?: object;
    before?: FrozenIndex;
    objects?: Objects;
    visited?: string[];
    at?: number;
    mayLose?: boolean;
  } = {},
) {
  const asked: { path: string; at: number; headers: Headers }[] = [];
  let now = of.at ?? 1_000_000;
  const config = Config.parse({ sites: { blog: { perSecond: 10, ...of.config } } }).sites[
    "blog"
  ] as SiteConfig;
  const crawl = new Crawl({
    service: "blog",
    config,
    door: "http://127.0.0.1:8080",
    before: of.before,
    mayLose: of.mayLose ?? false,
    objects: of.objects ?? memory(),
    place: {
      authorities: new Map([["blog.example", "blog.example:8080"]]),
      naming: { dropQuery: ["utm_*"], queryBytesMax: 100 },
    },
    visiting: {
      total: 10,
      pages: (of.visited ?? ["/", "/a"]).map((path) => ({ key: `blog.example${path}`, visits: 5 })),
    },
    world: {
      fetch: async (url, init) => {
        const path = url.slice("http://127.0.0.1:8080".length);
        asked.push({ path, at: now, headers: new Headers(init?.headers) });
        now += of.tookMs ?? 1;
        return (answers[path] ?? (() => new Response("no", { status: 404 })))();
      },
      now: () => now,
      sleep: async (ms) => void (now += ms),
      signal: new AbortController().signal,
    },
    onProgress: () => {},
  });
  return { crawl, asked, paths: () => asked.map(({ path }) => path) };
}
const keys = ({ files }: FrozenIndex): string[] =>
  files.map(({ key }) => key.slice("blog.example".length));

test("each visited page is taken with all that it needs before the next one; links are not followed", async () => {
  const { crawl, paths, asked } = world({
    "/": html(
      `<link rel=stylesheet href=/s.css><a href="/never">n</a><img src="https://cdn.example/x.png">`,
    ),
    "/a": html(`<img src=/i.png><iframe src=/frame></iframe>`),
    "/s.css": css(`@font-face{src:url(f.woff2)}`),
    "/f.woff2": () => new Response("font"),
    "/i.png": () => new Response("image"),
    "/frame": html("in a frame"),
  });
  const index = await crawl.run();
  expect(paths()).toEqual(
    ["/", "/favicon.ico", "/s.css", "/f.woff2", "/a", "/i.png", "/frame"].toSorted(
      (a, b) => paths().indexOf(a) - paths().indexOf(b),
    ),
  );
  expect(keys(index).toSorted()).toEqual(["/", "/a", "/f.woff2", "/frame", "/i.png", "/s.css"]);
  expect(paths().indexOf("/f.woff2")).toBeLessThan(paths().indexOf("/a"));
  expect(index.external).toEqual([{ host: "cdn.example", count: 1 }]);
  expect(asked[0]?.headers.get("host")).toBe("blog.example:8080");
  expect(asked[0]?.headers.get("user-agent")).toStartWith("Castor-Freeze");
  expect(asked[0]?.headers.has("cookie")).toBe(false);
});

test("no error, no page for one visitor, none that holds a session, none that Castor made, enters a snapshot", async () => {
  const session = { "set-cookie": "PHPSESSID=0123456789abcdef; HttpOnly" };
  const pages: Answers = {
    "/": html("fine", session),
    "/private": html("x", { "cache-control": "private, max-age=9" }),
    "/session": html("csrf 0123456789abcdef", session),
    "/star": html("x", { vary: "*" }),
    "/forbidden": () => new Response("x", { status: 403 }),
    "/ours": html("x", { "castor-reason": "room.waiting" }),
    "/login": () => new Response(null, { status: 302, headers: { location: "/sign-in" } }),
    "/sign-in": html("x", { "cache-control": "private" }),
    "/away": () =>
      new Response(null, { status: 301, headers: { location: "https://other.example/" } }),
    "/moved": () => new Response(null, { status: 301, headers: { location: "/" } }),
  };
  const { crawl } = world(pages, { visited: Object.keys(pages) });
  const index = await crawl.run();
  expect(keys(index)).toEqual(["/", "/moved"]);
  expect(JSON.stringify(index.files)).not.toContain("PHPSESSID");
  expect(index.missing.map(({ why }) => why).join()).toContain("private");
  expect(index.missing).toHaveLength(7);
});

test("the origin is asked no faster than told, more slowly when it is slow, and left alone when it fails", async () => {
  const quick = world({ "/": html("x"), "/a": html("x") });
  await quick.crawl.run();
  const pages = quick.asked.filter(({ path }) => path !== "/favicon.ico");
  const gaps = pages.slice(1).map(({ at }, i) => at - (pages[i]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(99);
  const slow = world({ "/": html("x"), "/a": html("x") }, { tookMs: 800 });
  await slow.crawl.run();
  expect((slow.asked[1]?.at ?? 0) - (slow.asked[0]?.at ?? 0)).toBe(1_600);
  const sick = world(
    {
      "/": () => new Response("x", { status: 500 }),
      "/a": () => new Response("x", { status: 503 }),
      "/b": () => new Response("x", { status: 502 }),
    },
    { visited: ["/", "/a", "/b"] },
  );
  expect(sick.crawl.run()).rejects.toThrow(OriginSick);
  expect(sick.asked.length).toBeLessThanOrEqual(5);
});

test("the budget of pages and bytes holds, and the most visited pages come first", async () => {
  const answers: Answers = {
    "/": html("x".repeat(600)),
    "/a": html("x".repeat(600)),
    "/b": html("y"),
  };
  const { crawl, paths } = world(answers, {
    config: { pages: 2, always: [], bytes: "1KB" },
    visited: ["/", "/a", "/b"],
  });
  const index = await crawl.run();
  expect(paths()).not.toContain("/b");
  expect(keys(index)).toEqual(["/"]);
  expect(index.missing[0]?.why).toContain("no room");
  const large = world(
    {
      "/": html("fine"),
      "/big": () => new Response("x".repeat(3_000)),
      "/a": html("<img src=/big>"),
    },
    { config: { fileMax: "2KB" } },
  );
  expect((await large.crawl.run()).missing[0]).toMatchObject({
    url: "blog.example/big",
    neededBy: "/a",
  });
});

test("what has not changed is not sent again; a page that fails now is taken from the snapshot before, with its own age", async () => {
  const objects = memory();
  const first = await world(
    { "/": html("one", { etag: '"1"' }), "/a": html("two") },
    { objects },
  ).crawl.run();
  const second = world(
    {
      "/": () => new Response(null, { status: 304 }),
      "/a": () => new Response("x", { status: 500 }),
    },
    { objects, before: first, at: 2_000_000 },
  );
  const index = await second.crawl.run();
  expect(second.asked[0]?.headers.get("if-none-match")).toBe('"1"');
  const of = (from: FrozenIndex, path: string) =>
    from.files.find(({ key }) => key === `blog.example${path}`);
  expect(of(index, "/")?.body).toBe(of(first, "/")?.body ?? "");
  expect(of(index, "/a")?.fetchedAt).toBe(of(first, "/a")?.fetchedAt ?? 0);
  expect(of(index, "/")?.fetchedAt).toBeGreaterThan(of(first, "/a")?.fetchedAt ?? 0);
});

test("a site that has lost most of what it had, or has no page at all, makes no snapshot", async () => {
  const visited = ["/", "/a", "/b", "/c", "/d"];
  const all = Object.fromEntries(visited.map((path) => [path, html(path)]));
  const before = await world(all, { visited }).crawl.run();
  expect(world({ "/": html("x") }, { visited, before }).crawl.run()).rejects.toThrow(
    "not to be had",
  );
  expect(world({}).crawl.run()).rejects.toThrow("no page");
});
