import { expect, test } from "bun:test";
import { resolved } from "./address.ts";
import { cssNeeds, rewriteCss } from "./css.ts";
import { readPage, rewriteHtml } from "./html.ts";
import { read } from "./reading.ts";
import { rewriteSrcset, srcsetOf } from "./srcset.ts";

const urls = (html: string, ...kinds: string[]): string[] =>
  readPage(html)
    .references.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ url }) => url);

test("a page needs its styles, scripts, icons, images in every size, films and frames; links are told apart", () => {
  const html = `<html><head><link rel="preload stylesheet" href=a.css><link rel="shortcut icon" href="i.ico">
    <link rel=manifest href=m.json><link rel=canonical href=/canon><link rel=preload as=image imagesrcset="p.png 2x">
    <link rel=alternate href=/feed><style>@import "b.css"; p{background:url(c.png)}</style></head><body background=d.png>
    <img src="e.png?x=1&amp;y=2" srcset="f.png 1x, g.png 2x"><picture><source srcset="h.webp"></picture>
    <video src=j.mp4 poster=k.jpg><track src=l.vtt></video><iframe src=/frame></iframe><script src=n.js></script>
    <svg><use href="o.svg#x"/><image href=q.png /></svg><div style="background:url('r.png')"></div><input type=image src=s.png>
    <a href="/t">t</a><area href=/u><!-- <img src=no.png> --><script>var s = '<img src="no.png">'</script></body></html>`;
  expect(urls(html, "file").toSorted()).toEqual(
    [
      "a.css",
      "b.css",
      "c.png",
      "d.png",
      "e.png?x=1&y=2",
      "f.png",
      "g.png",
      "h.webp",
      "i.ico",
      "j.mp4",
      "k.jpg",
      "l.vtt",
    ]
      .concat(["m.json", "n.js", "o.svg#x", "p.png", "q.png", "r.png", "s.png"])
      .toSorted(),
  );
  expect(urls(html, "frame")).toEqual(["/frame"]);
  expect(urls(html, "link")).toEqual(["/feed", "/t", "/u"]);
});

test("a page keeps its bytes, whatever its encoding; the line's place is before the end of the body", () => {
  const latin1 = Buffer.from(
    "<html lang=fr><title>Caf\xe9</title><body>d\xe9j\xe0 </body></html>",
    "latin1",
  );
  const { page, body } = read("text/html; charset=iso-8859-1", latin1);
  expect(Buffer.from(body).equals(latin1)).toBe(true);
  expect(page?.language).toBe("fr");
  expect(latin1.subarray(page?.bannerAt).toString("latin1")).toBe("</body></html>");
  expect(readPage("<p>no end").bannerAt).toBe("<p>no end".length);
  expect(readPage("<title>A &amp; B\n C</title><svg><title>no</title></svg>").title).toBe(
    "A & B C",
  );
});

test("a policy within the page takes in the style of the line", () => {
  const html = `<meta http-equiv="Content-Security-Policy" content="style-src 'self'"><body>x</body>`;
  expect(readPage(html).html).toMatch(/style-src 'self' 'sha256-[^']+'/);
});

test("srcset is read as browsers read it: commas within addresses, none after the last", () => {
  expect(srcsetOf("a.png, b,c.png 2x,d.png 100w 50h , e.png,")).toEqual([
    { url: "a.png", descriptor: "" },
    { url: "b,c.png", descriptor: "2x" },
    { url: "d.png", descriptor: "100w 50h" },
    { url: "e.png", descriptor: "" },
  ]);
  expect(
    rewriteSrcset("a.png 1x, b.png 2x", (url) => (url === "b.png" ? "/x.png" : undefined)),
  ).toBe("a.png 1x, /x.png 2x");
});

test("style sheets name other sheets, images and fonts; comments and data are nothing to fetch", () => {
  const css = `/* url(no.png) */ @import "a.css"; @import url('b.css') screen; @font-face{src:url(c.woff2) format("woff2"),url( "d e.woff" )}
    a{background:url(data:image/png;base64,xx);cursor:url(e\\(1\\).cur)} b{content:"url(f.png)"}`;
  expect(
    cssNeeds(css)
      .map(({ url }) => url)
      .slice(0, 4),
  ).toEqual(["a.css", "b.css", "c.woff2", "d e.woff"]);
  expect(rewriteCss("a{b:url(x.png) url('y.png')}", (url) => `../${url}`)).toBe(
    "a{b:url(../x.png) url('../y.png')}",
  );
});

test("names are resolved against the page's base, and what is no address is none", () => {
  const at = "http://blog.example/a/b";
  expect(resolved("c", at)?.pathname).toBe("/a/c");
  expect(resolved("c", at, "/x/")?.pathname).toBe("/x/c");
  expect(resolved("c", at, "https://cdn.example/y/")?.href).toBe("https://cdn.example/y/c");
  expect(resolved("//cdn.example/c", at)?.host).toBe("cdn.example");
  for (const nothing of ["#top", "javascript:void 0", "mailto:a@b.c", "data:,x", "tel:1"])
    expect(resolved(nothing, at)).toBeUndefined();
});

test("scripts name modules and manifests name icons, as a guess", () => {
  const script = `import a from "./a.js"; import("../b.js"); export * from '/c.js'; import x from "react"; const s = "from nowhere"`;
  const { needs } = read("text/javascript", Buffer.from(script));
  expect(needs.map(({ url, isGuess }) => [url, isGuess])).toEqual([
    ["./a.js", true],
    ["../b.js", true],
    ["/c.js", true],
  ]);
  const manifest = read("application/manifest+json", Buffer.from('{"icons":[{"src":"/i.png"}]}'));
  expect(manifest.needs.map(({ url }) => url)).toEqual(["/i.png"]);
  expect(read("application/manifest+json", Buffer.from("{ no")).needs).toEqual([]);
});

test("what is renamed is renamed everywhere, and nothing else of the page changes", () => {
  const html = `<p class=a>x</p><img src="a.png" srcset="a.png 1x"><style>p{b:url(a.png)}</style><i style="b:url(a.png)">&eacute;</i>`;
  expect(rewriteHtml(html, () => "/n.png?a=1&b=2")).toBe(
    `<p class=a>x</p><img src="/n.png?a=1&amp;b=2" srcset="/n.png?a=1&b=2 1x"><style>p{b:url(/n.png?a=1&b=2)}</style><i style="b:url(/n.png?a=1&b=2)">&eacute;</i>`,
  );
});
