import { cssNeeds } from "../crawl/css.ts";
import { readPage, type Reference } from "../crawl/html.ts";

/** A file of an export that names something which is not in it. */
export type Broken = { from: string; url: string; isLink: boolean };
export type Checked = { pages: number; references: number; broken: Broken[]; external: string[] };

const origin = "http://export.invalid";

/** Follows every name in every page and style sheet of an export: all of them must lead to a file of it, or elsewhere. */
export function checkExport(files: ReadonlyMap<string, Uint8Array>): Checked {
  const checked: Checked = { pages: 0, references: 0, broken: [], external: [] };
  const external = new Set<string>();
  for (const [path, bytes] of files) {
    const isPage = path.endsWith(".html") || path.endsWith(".htm");
    if (isPage) checked.pages++;
    for (const { url, kind } of namesIn(path, bytes, isPage)) {
      const to = URL.parse(url, `${origin}/${path}`);
      if (to === null || !to.protocol.startsWith("http") || url.startsWith("#")) continue;
      checked.references++;
      if (to.origin !== origin) external.add(to.host);
      else if (!isThere(to.pathname, files))
        checked.broken.push({ from: path, url, isLink: kind === "link" });
    }
  }
  return { ...checked, external: [...external].toSorted() };
}

function namesIn(path: string, bytes: Uint8Array, isPage: boolean): Reference[] {
  const text = Buffer.from(bytes).toString("latin1");
  if (isPage) return readPage(text).references;
  if (!path.endsWith(".css")) return [];
  return cssNeeds(text).map(({ url }) => ({ url, kind: "file" }));
}

function isThere(pathname: string, files: ReadonlyMap<string, Uint8Array>): boolean {
  const path = decodeURIComponent(pathname.slice(1));
  return (
    files.has(path) ||
    files.has(path === "" || path.endsWith("/") ? `${path}index.html` : `${path}/index.html`)
  );
}
