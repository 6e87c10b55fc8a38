const token =
  /\/\*[^]*?\*\/|@import\s+(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"')]+))|url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]+))\s*\)/gi;

/** Where a style sheet names something else; `start` and `end` are of the name alone. */
export type Named = { url: string; start: number; end: number };

/** What a style sheet needs: `url(…)` and `@import`, as they are written; not within comments, not `data:`. */
export function cssNeeds(css: string): Named[] {
  return [...css.matchAll(token)].flatMap((found) => {
    const written = found.slice(1).find((each) => each !== undefined);
    if (written === undefined || isNothing(written)) return [];
    const start = found.index + found[0].lastIndexOf(written);
    return [{ url: unescaped(written), start, end: start + written.length }];
  });
}

/** The same sheet with other names; undefined leaves one as it is. */
export function rewriteCss(css: string, name: (url: string) => string | undefined): string {
  let out = "";
  let at = 0;
  for (const { url, start, end } of cssNeeds(css)) {
    const other = name(url);
    if (other === undefined) continue;
    out += css.slice(at, start) + other;
    at = end;
  }
  return out + css.slice(at);
}

const isNothing = (url: string): boolean =>
  url.trim() === "" || /^(data|about|blob):|^#/i.test(url);
/** CSS Syntax §4.3.7, as far as addresses use it. */
const unescaped = (url: string): string => url.replaceAll(/\\([^0-9a-f\n])/gi, "$1");
