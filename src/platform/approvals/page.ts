import type { Approval } from "./contract.ts";

const css = `
:root{color-scheme:light dark;--bg:#fff;--fg:#16181d;--dim:#5b616e;--line:#dcdfe5;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#101216;--fg:#eceef2;--dim:#a2a9b6;--line:#2b2f37;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:34rem;padding:1.25rem 1.1rem;background:var(--bg);color:var(--fg);font:17px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:.25rem 0 .5rem;font-size:1.5rem;line-height:1.2}p{margin:.4rem 0}.dim{color:var(--dim)}
pre{margin:1rem 0;padding:.8rem;border:1px solid var(--line);border-radius:.7rem;white-space:pre-wrap;font-size:.85rem}
button{width:100%;min-height:3.4rem;border:0;border-radius:.8rem;background:var(--bad);color:var(--bg);font:600 1.05rem/1.2 system-ui,sans-serif}
button:focus-visible{outline:3px solid var(--fg);outline-offset:2px}
`;
const cssHash = new Bun.CryptoHasher("sha256").update(css).digest("base64");

/** No script, nothing from elsewhere, nothing kept, and no word of the link to whoever is linked from it. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${cssHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

export const html = (status: number, body: string): Response =>
  new Response(body, { status, headers });

const marks: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};
const safe = (text: string): string =>
  text
    .replace(/[&<>"']/g, (mark) => marks[mark] ?? "")
    .replace(/[\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, " ");

const whole = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${safe(title)}</title><style>${css}</style></head><body><main>${body}</main></body></html>`;

export const plainPage = (title: string, says: string): string =>
  whole(title, `<h1>${safe(title)}</h1><p>${safe(says)}</p>`);

const ends: Readonly<Record<Approval["state"], string>> = {
  open: "It waits for somebody",
  approved: "It is being done",
  done: "Done",
  failed: "It could not be done",
  interrupted: "It was interrupted",
  refused: "Somebody said no",
  withdrawn: "It is not asked for any more",
  expired: "Nobody approved it in time",
};

export const decidedPage = ({ state, verb, name, why }: Approval): string =>
  whole(
    ends[state],
    `<h1>${ends[state]}</h1><p>${safe(verb)}: ${safe(name)}</p>${why === undefined ? "" : `<p class="dim">${safe(why)}</p>`}`,
  );

/** What is asked for, as it would be done, and the one button. To say no, the console asks why. */
export function openPage(of: Approval, input: unknown, now: number): string {
  const minutes = Math.max(1, Math.round((of.expiresAt - now) / 60_000));
  return whole(
    `Approve ${of.verb}?`,
    `<p class="dim">Somebody else wants to do this. It destroys something.</p><h1>${safe(of.verb)}: ${safe(of.name)}</h1><p>Lost: ${safe(of.what)}</p><pre>${safe(JSON.stringify(input ?? {}, null, 2))}</pre><form method="post"><button>Approve, and have it done</button></form><p class="dim">Good for ${minutes} more minutes. Who does not agree lets it be, or refuses it in the console.</p>`,
  );
}
