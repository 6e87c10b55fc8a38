import type { Refusal } from "../refusal.ts";
import { escapeText } from "./escape.ts";
import { type Language, wordsFor } from "./words.ts";

const style = `
:root{color-scheme:light dark;--ink:#1a1d21;--paper:#f6f7f8;--soft:#5b636d;--line:#d9dde2;--accent:#1f6f54}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#14171a;--soft:#9aa3ad;--line:#2d3338;--accent:#5fbf9a}}
*{box-sizing:border-box}
body{margin:0;min-height:100svh;display:grid;place-items:center;padding:1.5rem;font:1.0625rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{width:100%;max-width:34rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem;text-wrap:balance}
p,ul{margin:0 0 1rem}
a{color:var(--accent);overflow-wrap:anywhere}
.do{padding:1rem 1.25rem;border:1px solid var(--line);border-left:4px solid var(--accent);border-radius:.5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.125rem .75rem;margin:2rem 0 0;color:var(--soft);font-size:.8125rem}
dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}
`;

/** Nothing but the page's own style: it asks for nothing, and nothing can be put into it. */
export const pagePolicy = `Content-Security-Policy: default-src 'none'; style-src 'sha256-${new Bun.CryptoHasher("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;

/** The page for a refusal: what happened, what to do, and what to tell whoever can look it up. */
export function plainPage(
  refused: Refusal,
  { language, requestId }: { language: Language; requestId: string },
): string {
  const words = wordsFor(refused, language);
  const title = escapeText(words.title);
  const [says, advice] = [words.says, words.advice].map(escapeText);
  return framed(
    { language, title },
    `<h1>${title}</h1><p>${says}</p><p class="do">${advice}</p>
<dl><dt>${words.code}</dt><dd>${refused.status} ${escapeText(refused.reason)}</dd><dt>${words.request}</dt><dd>${escapeText(requestId)}</dd></dl>`,
  );
}

/** A whole page of the gateway's own around its words, which are HTML, as its title is. */
export const framed = (of: { language: Language; title: string }, words: string): string =>
  `<!doctype html>
<html lang="${of.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${of.title}</title><style>${style}</style></head>
<body><main>${words}
</main></body></html>
`;
