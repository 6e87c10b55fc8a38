import { hostOf, targetOf } from "../crawl/address.ts";
import { addressOf, type Place, resolved } from "../crawl/address.ts";
import { rewriteCss } from "../crawl/css.ts";
import { rewriteHtml } from "../crawl/html.ts";
import { isHtml } from "../crawl/reading.ts";
import type { FrozenFile } from "../kept/contract.ts";
import { type Mapping, relativeUrl } from "./mapping.ts";

export type Exporting = {
  mapping: Mapping;
  place: Place;
  files: ReadonlyMap<string, FrozenFile>;
};

const redirectsMax = 10;

/** The bytes of one file as they stand in the export: everything it names is named by where it lies now. */
export function exported(file: FrozenFile, body: Uint8Array, of: Exporting): Uint8Array {
  if (file.kind === "redirect") return Buffer.from(redirectPage(file, of));
  const type = typeOf(file);
  const letters = (): string => Buffer.from(body).toString("latin1");
  if (isHtml(type)) return Buffer.from(rewrittenPage(file, letters(), of), "latin1");
  if (!type.includes("css")) return body;
  const name = (url: string): string | undefined => renamed(url, file, { ...of, base: "" });
  return Buffer.from(rewriteCss(letters(), name), "latin1");
}

const typeOf = (file: FrozenFile): string =>
  file.fields.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";

function rewrittenPage(file: FrozenFile, html: string, of: Exporting): string {
  const [, base = ""] = /<base\s[^>]*href\s*=\s*["']?([^"'\s>]+)/i.exec(html) ?? [];
  const [, charset] = /charset=["']?([\w-]+)/i.exec(typeOf(file)) ?? [];
  const says = /<meta[^>]+charset/i.test(html.slice(0, 2_048));
  return rewriteHtml(
    html,
    (url) => renamed(url, file, { ...of, base }),
    (rewriter) => {
      rewriter.on("base[href]", { element: (each) => void each.removeAttribute("href") });
      // A style sheet whose names were changed is not what its hash was made of.
      rewriter.on('link[rel~="stylesheet" i][integrity]', {
        element: (each) => void each.removeAttribute("integrity"),
      });
      if (charset !== undefined && !says)
        rewriter.on("head", {
          element: (each) => void each.prepend(`<meta charset="${charset}">`, { html: true }),
        });
    },
  );
}

/** The other name, or undefined where it stays as it is written. */
function renamed(
  url: string,
  file: FrozenFile,
  of: Exporting & { base: string },
): string | undefined {
  const to = resolved(Buffer.from(url, "latin1").toString("utf8"), `http://${file.key}`, of.base);
  if (to === undefined) return undefined;
  const isWhole = /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(url);
  const address = addressOf(to, of.place);
  if (address === undefined || hostOf(address.key) !== of.mapping.host)
    return isWhole ? undefined : to.href;
  const path = of.mapping.paths.get(endOf(address.key, of));
  const from = of.mapping.paths.get(file.key) ?? "";
  if (path !== undefined) return relativeUrl(from, path) + to.hash;
  // Not part of the copy: it goes where it always went, and is on the list of what is missing.
  return isWhole ? undefined : targetOf(address.key) + to.hash;
}

/** Where redirects lead in the end. */
function endOf(key: string, { files, place }: Exporting): string {
  let at = key;
  for (let i = 0; i < redirectsMax; i++) {
    const file = files.get(at);
    if (file?.kind !== "redirect") return at;
    const location = file.fields.find(([name]) => name === "location")?.[1] ?? "";
    const to = resolved(location, `http://${at}`);
    const next = to && addressOf(to, place);
    if (next === undefined) return at;
    at = next.key;
  }
  return key;
}

function redirectPage(file: FrozenFile, of: Exporting): string {
  const path = of.mapping.paths.get(endOf(file.key, of));
  const url = path === undefined ? "/" : relativeUrl(of.mapping.paths.get(file.key) ?? "", path);
  const shown = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><meta charset="utf-8"><title>…</title><meta http-equiv="refresh" content="0; url=${shown}"><p><a href="${shown}">${shown}</a></p>\n`;
}

/** For whoever asks the static site for something that was not part of the copy. */
export const notFoundPage = (host: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not part of this copy</title>
<style>html{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem}</style>
<main><h1>This page is not part of the copy</h1><p>You are on a copy of ${host.replaceAll(/[^\w.:[\]-]/g, "")}. The page that you asked for was not copied.</p><p><a href="/">To the first page</a></p></main></html>
`;
