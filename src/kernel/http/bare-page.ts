const look = `
:root{color-scheme:light dark;--bg:#fff;--fg:#16181d;--dim:#5b616e;--line:#dcdfe5;--bad:#b3261e;--ok:#1b6e3c;--do:#1f4fbf}
@media(prefers-color-scheme:dark){:root{--bg:#101216;--fg:#eceef2;--dim:#a2a9b6;--line:#2b2f37;--bad:#ff8a80;--ok:#7fd8a0;--do:#8fb4ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:34rem;padding:1.25rem 1.1rem;background:var(--bg);color:var(--fg);font:17px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:.25rem 0 .5rem;font-size:1.5rem;line-height:1.2}.dim{color:var(--dim)}
button{width:100%;min-height:3.4rem;border:1px solid var(--line);border-radius:.8rem;background:transparent;color:var(--fg);font:600 1.05rem/1.2 system-ui,sans-serif}
`;

/** Text as it stands in HTML, also in an attribute; what would steer the reading (controls, directions) becomes a space. */
export const inHtml = (text: string): string =>
  Bun.escapeHTML(text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, " "));
/** The same for text of several lines, which keeps them. */
export const linesInHtml = (text: string): string => text.split("\n").map(inHtml).join("\n");

/**
 * Pages behind signed links, for phones: no script, nothing from elsewhere, nothing kept, and no word of the link to whoever is
 * linked from it. `css` is added to what all of them look like.
 */
export function barePages(css: string): {
  whole(title: string, body: string): string;
  html(status: number, page: string): Response;
} {
  const style = look + css;
  const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
  };
  return {
    whole: (title, body) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><title>${inHtml(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`,
    html: (status, page) => new Response(page, { status, headers }),
  };
}
