import { html, raw } from "hono/html";
import type { Config } from "../config.ts";
import { wordsOf } from "../config.ts";
import type { Words } from "../contract.ts";
import { css } from "../render/look.ts";
import { choices } from "../render/subscribe.ts";
import { filled } from "../render/words.ts";
import type { Subscriber } from "./roster.ts";
import { readerWords } from "./words.ts";

type Html = ReturnType<typeof html>;
export type Shown = { config: Config; language: string };

const hashOf = (text: string): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("base64");

/** A page for one reader: no script, found by no search engine, and its link is told to nobody. */
export function readerPage(
  { config, language }: Shown,
  of: { title: string; body: Html; status?: number },
): Response {
  const home = config.url.replace(/\/$/, "");
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>${of.title} · ${config.title}</title>
      ${raw(`<style>${css}</style>`)}
    </head>
    <body>
      <header><a class="name" href="${home}/">${config.title}</a></header>
      <main id="main">
        <h1>${of.title}</h1>
        ${of.body}
      </main>
      <footer><a href="${home}/">${readerWords(language).page}</a></footer>
    </body>
  </html>`;
  return new Response(`<!doctype html>\n${String(page)}\n`, {
    status: of.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      ...{ "cache-control": "no-store", "referrer-policy": "no-referrer" },
      "x-content-type-options": "nosniff",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${hashOf(css)}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    },
  });
}

const text = (words: string): Html => html`<p>${words}</p>`;

export function says(
  shown: Shown,
  of: { title: "asked" | "gone" | "tooMany" | "wrong" | "stopped"; status?: number },
): Response {
  const words = readerWords(shown.language);
  const body = text(words[`${of.title}Text`]);
  return readerPage(shown, { ...of, title: words[of.title], body });
}

/** A question with one button: programs that open links to look at them change nothing. */
export function asks(shown: Shown, what: "confirm" | "stop"): Response {
  const words = readerWords(shown.language);
  const page = shown.config.title;
  const isStop = what === "stop";
  return readerPage(shown, {
    title: filled(isStop ? words.stopTitle : words.confirmTitle, { page }),
    body: html`${isStop ? "" : text(filled(words.confirmAsk, { page }))}
      <form method="post">
        <button>${isStop ? words.stop : words.confirm}</button>
      </form>`,
  });
}

const componentsOf = ({ components, languages }: Config): { id: string; name: Words }[] =>
  Object.entries(components).map(([id, { name }]) => ({ id, name: wordsOf(name, languages) }));

export function minePage(
  shown: Shown,
  of: {
    subscriber: Subscriber;
    wants: readonly string[];
    /** Where the form goes, whichever page it stands on. */
    action: string;
    title: "mine" | "saved" | "confirmed";
  },
): Response {
  const words = readerWords(shown.language);
  const { kind, secret } = of.subscriber;
  const languages = [shown.language, ...shown.config.languages];
  return readerPage(shown, {
    title: words[of.title],
    body: html`${
        kind === "webhook" && secret !== null
          ? html`<p>${words.secret}<br /><code>${secret}</code></p>`
          : ""
      }
      <form method="post" action="${of.action}">
        ${choices(componentsOf(shown.config), { languages, wants: of.wants })}
        <button name="do" value="save">${words.save}</button>
        <button name="do" value="stop" class="plain">${words.stop}</button>
      </form>`,
  });
}
