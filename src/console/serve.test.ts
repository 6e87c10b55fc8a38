import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole, type ConsoleManifest } from "../../tools/build-console.ts";
import { serveConsole } from "./serve.ts";

const BUILD_MS_MAX = 60_000;
const folder = mkdtempSync(join(tmpdir(), "castor-console-"));
const built = join(folder, "built");
let manifest: ConsoleManifest;
beforeAll(async () => {
  manifest = await buildConsole(built);
}, BUILD_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}, from = built) =>
  serveConsole(from)(new Request(`http://console${path}`, { headers }));

test("every path of the console is its page, under a policy that allows nothing inline", async () => {
  for (const path of ["/", "/log?event=3", "/settings/people", "/problems/castor.not-allowed"]) {
    const page = get(path);
    expect(page?.status).toBe(200);
    const policy = page?.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    const html = (await page?.text()) ?? "";
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
  }
});

test("the API's paths and other methods are not the console's", () => {
  for (const path of ["/api/log.search", "/api", "/in/sentry", "/v1/kv/a"])
    expect(get(path)).toBeUndefined();
  expect(serveConsole(built)(new Request("http://console/", { method: "POST" }))).toBeUndefined();
});

test("every file comes as small as the browser can take it, and is kept for ever", async () => {
  const scripts = Object.keys(manifest.files).filter((path) => path.includes("/main-"));
  expect(scripts.length).toBeGreaterThan(1);
  for (const path of scripts) {
    const plain = get(path);
    expect(plain?.headers.get("cache-control")).toContain("immutable");
    const whole = await plain?.text();
    const squeezed = get(path, { "accept-encoding": "gzip" });
    expect(squeezed?.headers.get("content-encoding")).toBe("gzip");
    const bytes = (await squeezed?.bytes()) ?? new Uint8Array();
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(whole ?? "");
    expect(get(path, { "accept-encoding": "gzip, br" })?.headers.get("content-encoding")).toBe(
      "br",
    );
  }
});

test("what is not in the manifest does not exist, whatever its path is made of", () => {
  for (const name of ["none.js", "constructor.js", "%2e%2e/manifest.json", "..%2fmanifest.json"]) {
    expect({ name, status: get(`/assets/${name}`)?.status }).toEqual({ name, status: 404 });
  }
});

test("a page that did not change is not sent again", () => {
  const etag = get("/")?.headers.get("etag") ?? "";
  expect(get("/", { "if-none-match": etag })?.status).toBe(304);
});

test("before the first build the page says so and comes back by itself", () => {
  const answer = get("/", {}, join(folder, "nothing-here"));
  expect(answer?.status).toBe(503);
  expect(answer?.headers.get("refresh")).toBe("2");
});

test("the first load stays under 300 kB, compressed", () => {
  expect(manifest.firstLoadGzipBytes).toBeLessThan(300_000);
});

test("the same sources are not built twice", async () => {
  const before = Bun.file(join(built, "manifest.json")).lastModified;
  expect(await buildConsole(built)).toEqual(manifest);
  expect(Bun.file(join(built, "manifest.json")).lastModified).toBe(before);
});
