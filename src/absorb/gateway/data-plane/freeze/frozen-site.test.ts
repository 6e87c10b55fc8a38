import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Cache } from "../cache/cache.ts";
import { closing, picture as cachePicture } from "../cache/cache.testing.ts";
import { answering, Backend, ok } from "../world.testing.ts";
import { objectsFolder } from "./cellar.ts";
import { file, frozenWorld, html, page } from "./freeze.testing.ts";

const minute = 60_000;
const css = "a{b:c}".repeat(400);
const headOf = (answer: string): string => answer.split("\r\n\r\n", 1)[0] ?? "";
const bodyOf = (answer: string): string => answer.slice(headOf(answer).length + 4);
const fieldOf = (answer: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, "im").exec(headOf(answer))?.[1]?.trim() ?? "";

test("a frozen page answers as it was copied, and says from when it is and how old", async () => {
  using w = await frozenWorld([page("/a")], { agoMs: 12 * minute + 1_000 });
  const answer = await w.ask(closing("/a?utm_source=mail"));
  expect(answer).toStartWith("HTTP/1.1 200 OK\r\n");
  expect(fieldOf(answer, "castor-reason")).toBe("freeze.page");
  expect(fieldOf(answer, "content-type")).toBe("text/html; charset=utf-8");
  expect(Number(fieldOf(answer, "age"))).toBe(721);
  const copied = new Date(fieldOf(answer, "castor-frozen-at"));
  const clock = copied.toISOString().slice(11, 16);
  expect(bodyOf(answer)).toContain(`>${clock}</time>, 12 minutes ago.`);
  expect(bodyOf(answer)).toStartWith("<!doctype html><title>A</title><body><h1>Words</h1><style>");
  expect(bodyOf(answer)).toEndWith("</castor-frozen></body>");
  expect(Number(fieldOf(answer, "content-length"))).toBe(Buffer.byteLength(bodyOf(answer)));
  expect(w.backend.wires).toHaveLength(0);
});

test("who has the page already gets 304, who asks for a part gets it, who asks for the head gets no body", async () => {
  using w = await frozenWorld([page("/a"), file("/a.css", "text/css", css)]);
  const etag = fieldOf(await w.ask(closing("/a")), "etag");
  const same = await w.ask(closing("/a", `If-None-Match: ${etag}\r\n`));
  expect(same).toStartWith("HTTP/1.1 304");
  expect(fieldOf(same, "castor-reason")).toBe("freeze.page");
  const part = await w.ask(closing("/a.css", "Range: bytes=2-5\r\n"));
  expect(part).toStartWith("HTTP/1.1 206");
  expect(fieldOf(part, "castor-reason")).toBe("freeze.page");
  expect(bodyOf(part)).toBe(css.slice(2, 6));
  const head = await w.ask(closing("/a.css", "", "HEAD"));
  expect(fieldOf(head, "content-length")).toBe(String(css.length));
  expect(bodyOf(head)).toBe("");
});

test("what can be squeezed is, for whoever takes it, and has another name then", async () => {
  using w = await frozenWorld([file("/a.css", "text/css", css), file("/a.png", "image/png", css)]);
  const wire = await w.dial();
  wire.send(closing("/a.css", "Accept-Encoding: br, gzip\r\n"));
  await wire.over();
  const at = wire.received.indexOf("\r\n\r\n") + 4;
  expect(fieldOf(wire.text, "content-encoding")).toBe("gzip");
  expect(gunzipSync(wire.received.subarray(at)).toString()).toBe(css);
  const plain = await w.ask(closing("/a.css", "Accept-Encoding: gzip;q=0\r\n"));
  expect(bodyOf(plain)).toBe(css);
  expect(fieldOf(plain, "vary")).toBe("Accept-Encoding");
  expect(fieldOf(plain, "etag")).not.toBe(fieldOf(wire.text, "etag"));
  const image = await w.ask(closing("/a.png", "Accept-Encoding: gzip\r\n"));
  expect(fieldOf(image, "content-encoding")).toBe("");
});

test("a redirect of the snapshot is given as it was", async () => {
  const moved = page("/old", "", { kind: "redirect", status: 302, fields: [["location", "/a"]] });
  using w = await frozenWorld([page("/a"), moved]);
  const answer = await w.ask(closing("/old"));
  expect(answer).toStartWith("HTTP/1.1 302");
  expect(fieldOf(answer, "location")).toBe("/a");
});

test("what is not kept gets a page with links to what is, in the visitor's language, and problem+json for programs", async () => {
  using w = await frozenWorld([page("/a"), page("/b")]);
  const lines = "Accept: text/html\r\nAccept-Language: fr-FR,en;q=0.5\r\n";
  const answer = await w.ask(closing("/other", lines));
  expect(answer).toStartWith("HTTP/1.1 503");
  expect(fieldOf(answer, "castor-reason")).toBe("freeze.not-kept");
  expect(fieldOf(answer, "retry-after")).toBe("60");
  expect(answer).toContain('<html lang="fr">');
  expect(answer).toContain('<a href="/a">Title of /a</a>');
  expect(await w.ask(closing("/other"))).toContain('"reason":"freeze.not-kept"');
  expect(w.tally.of("freeze.answers", { service: "shop", how: "not-kept" })).toBe(2);
});

test("a copy that was spoilt on the disk is not given", async () => {
  using w = await frozenWorld([file("/a.css", "text/css", css)]);
  const name = new Bun.CryptoHasher("sha256").update(css).digest("hex");
  writeFileSync(join(objectsFolder(w.data), name.slice(0, 2), name), css.replace("a", "b"));
  expect(await w.ask(closing("/a.css"))).toStartWith("HTTP/1.1 503");
});

test("what the cache holds is better than nothing, however old it is", async () => {
  const backend = new Backend(answering(ok("cached words", "Cache-Control: max-age=1\r\n")));
  using w = await frozenWorld([page("/a")], { over: { frozen: undefined }, backend });
  const cache = new Cache(w.plane, cachePicture);
  w.plane.cache = cache;
  expect(await w.ask(closing("/news"))).toEndWith("cached words");
  cache.now = () => Date.now() + 10 * 24 * 3_600_000;
  await w.keeping.apply(w.picture({ frozen: { since: 0, reason: "buzz" } }));
  const answer = await w.ask(closing("/news"));
  expect(answer).toEndWith("cached words");
  expect(fieldOf(answer, "castor-reason")).toBe("freeze.cached");
  expect(backend.requestCount).toBe(1);
});

test("a thaw asks the origin again, and a path that passes asks it all the time", async () => {
  const forms = [{ pathPrefix: "/api", do: "pass" as const }];
  using w = await frozenWorld([page("/a")], { over: { forms } });
  expect(await w.ask(closing("/api/now"))).toEndWith("origin");
  expect(await w.ask(closing("/apis"))).toStartWith("HTTP/1.1 503");
  await w.keeping.apply(w.picture({ frozen: undefined }));
  expect(await w.ask(closing("/a"))).toEndWith("origin");
});

test("without the line about its age a page is given byte for byte", async () => {
  using w = await frozenWorld([page("/a")], { over: { banner: undefined } });
  expect(bodyOf(await w.ask(closing("/a")))).toBe(html);
});

test("pages that visitors get are counted by address; files, errors and the copying itself are not", async () => {
  const typed = (type: string, status = "200 OK") =>
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: 1\r\n\r\nx`;
  const backend = new Backend((wire) =>
    wire.send(
      wire.text.includes("/missing")
        ? typed("text/html", "404 Not Found")
        : typed(wire.text.includes(".css") ? "text/css" : "Text/HTML; charset=utf-8"),
    ),
  );
  using w = await frozenWorld([page("/frozen")], { over: { frozen: undefined }, backend });
  for (const path of ["/a", "/a?utm_medium=x", "/b?id=1", "/c.css", "/missing"])
    await w.ask(closing(path));
  await w.ask(closing("/b?id=1", "User-Agent: Castor-Freeze/1.0\r\n"));
  await w.ask(closing("/a", "", "HEAD"));
  const told = (await w.visits()) as {
    sites: { total: number; pages: { key: string; visits: number }[]; hosts: unknown[] }[];
  };
  const [shop] = told.sites;
  expect(shop?.pages.map(({ key, visits }) => [key, Math.round(visits)])).toEqual([
    ["shop.example/a", 2],
    ["shop.example/b?id=1", 1],
  ]);
  expect(Math.round(shop?.total ?? 0)).toBe(3);
  expect(shop?.hosts).toEqual([{ host: "shop.example", authority: "shop.example" }]);
});

test("visits of a frozen page count once, so that the next snapshot still knows what is read", async () => {
  using w = await frozenWorld([page("/a")]);
  for (let i = 0; i < 3; i++) await w.ask(closing("/a"));
  const { sites } = (await w.visits()) as { sites: { total: number }[] };
  expect(Math.round(sites[0]?.total ?? 0)).toBe(3);
});
