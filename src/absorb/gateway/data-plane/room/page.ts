import type { RoomPicture } from "../../../waiting-room/workers/contract.ts";
import { pageScript } from "./page-script.ts";
import type { Language, Words } from "./words.ts";

/** What is put into the page for one visitor. */
export type Filled = {
  language: Language;
  title: string;
  text: string;
  more: string;
  waitLabel: string;
  wait: string;
  note: string;
  refreshSeconds: number;
  reason: string;
  requestId: string;
};

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const sha256 = (text: string): string =>
  `'sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}'`;

/** The placeholders of an operator's own page: `{{wait}}` and the like; what they stand for is escaped. */
export const placeholders = [
  ...["language", "title", "text", "more", "waitLabel", "wait", "note", "refreshSeconds"],
  ...["reason", "requestId", "refresh", "script"],
] as const;

const style = ({ accent, background, ink }: RoomPicture["page"]): string => `
:root{color-scheme:light dark;--ink:${ink ?? "#1a1d21"};--paper:${background ?? "#f6f7f8"};--soft:#5b636d;--line:#d9dde2;--accent:${accent ?? "#1f6f54"}}
@media (prefers-color-scheme:dark){:root{--ink:${ink ?? "#e8eaed"};--paper:${background ?? "#14171a"};--soft:#9aa3ad;--line:#2d3338;--accent:${accent ?? "#5fbf9a"}}}
*{box-sizing:border-box}
body{margin:0;min-height:100svh;display:grid;place-items:center;padding:1.5rem;font:1.0625rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{width:100%;max-width:34rem}
img{display:block;max-width:12rem;max-height:5rem;margin-bottom:2rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem;text-wrap:balance}
p{margin:0 0 1rem}
div{margin:1.75rem 0;padding:1rem 1.25rem;border:1px solid var(--line);border-left:4px solid var(--accent);border-radius:.5rem}
span{display:block;color:var(--soft);font-size:.9375rem}
strong{display:block;margin-top:.125rem;font-size:1.375rem;font-weight:600;font-variant-numeric:tabular-nums}
a{color:var(--accent)}
small{display:block;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere}
`;

const layout = (logo: string | undefined, css: string): string => `<!doctype html>
<html lang="{{language}}" data-refresh-ms="{{refreshMs}}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{title}}</title>
<style>${css}</style>{{refresh}}</head>
<body><main>${logo === undefined ? "" : `<img src="${escape(logo)}" alt="">`}
<h1>{{title}}</h1><p>{{text}}</p>
<div role="status"><span>{{waitLabel}}</span><strong id="wait">{{wait}}</strong></div>
<p id="note" role="status"{{noteHidden}}>{{note}}</p>
<p>{{more}}</p>
<small>{{reason}} · {{requestId}}</small></main>{{script}}</body></html>
`;

/** A room's waiting page, taken apart once, so that a visit only puts it together. */
export class WaitingPage {
  /** The policy for the page, by the hashes of what is in it; none for an operator's own page. */
  readonly policy: string | undefined;
  /** The page says by itself when to ask again, so the header need not. */
  readonly refreshesItself: boolean;
  readonly #parts: readonly string[];
  readonly #page: RoomPicture["page"];

  constructor(page: RoomPicture["page"]) {
    this.#page = page;
    const css = style(page);
    const text = page.template ?? layout(page.logo, css);
    this.#parts = text.split(/\{\{(\w+)\}\}/);
    this.refreshesItself = this.#parts.includes("refresh");
    this.policy =
      page.template === undefined
        ? `default-src 'none'; style-src ${sha256(css)}; script-src ${sha256(pageScript)}; img-src 'self' https: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`
        : undefined;
  }

  filledFor(of: Filled): string {
    const given: Record<string, string> = {
      ...{
        refresh: `<noscript><meta http-equiv="refresh" content="${of.refreshSeconds}"></noscript>`,
      },
      ...{ script: `<script>${pageScript}</script>` },
      ...{ noteHidden: of.note === "" ? " hidden" : "" },
      ...{
        refreshMs: String(of.refreshSeconds * 1_000),
        refreshSeconds: String(of.refreshSeconds),
      },
    };
    const { title, text } = this.#page;
    const shown = { ...of, title: title ?? of.title, text: text ?? of.text };
    // Every second part is a placeholder's name.
    return this.#parts
      .map((part, i) =>
        i % 2 === 0 ? part : (given[part] ?? escape(String(shown[part as keyof Filled] ?? ""))),
      )
      .join("");
  }
}

/** The page for somebody who sent something while they wait, or for whom there is no room in the line. */
export function plainPage(of: {
  words: Words;
  language: Language;
  title: string;
  text: string;
  link?: string;
  code: string;
}): { html: string; policy: string } {
  const css = style({});
  const link =
    of.link === undefined
      ? ""
      : `<p><a href="${escape(of.link)}">${escape(of.words.goBack)}</a></p>`;
  const html = `<!doctype html><html lang="${of.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(of.title)}</title><style>${css}</style></head><body><main><h1>${escape(of.title)}</h1><p>${escape(of.text)}</p>${link}<small>${escape(of.code)}</small></main></body></html>\n`;
  return { html, policy: `default-src 'none'; style-src ${sha256(css)}; base-uri 'none'` };
}
