import { html, raw } from "hono/html";
import type { Maintenance, Picture, PublicIncident, Update } from "../contract.ts";
import { phrasesOf, said } from "./words.ts";

const itemsMax = 50;

type Item = {
  thread: string;
  title: string;
  url: string;
  at: number;
  created: number;
  body: string;
};

const iso = (at: number): string => new Date(at).toISOString();

/** One item a thread, the one that changed last first; its text is all of its updates, the newest first. */
function itemsOf(picture: Picture, language: string): Item[] {
  const phrases = phrasesOf(language);
  const languages = [language, ...picture.page.languages];
  const item = (of: PublicIncident | Maintenance): Item => ({
    thread: of.thread,
    // Readers of feeds look for the stage in the title.
    title: `[${phrases.stage[of.stage]}] ${said(of.title, languages)}`,
    url: `${picture.page.url}/incidents/${of.thread}`,
    ...{ at: of.updatedAt, created: of.createdAt },
    body: of.updates.map((each) => String(paragraph(each, languages, phrases))).join(""),
  });
  return [...picture.incidents, ...picture.maintenances]
    .map(item)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, itemsMax);
}
const paragraph = (
  { stage, text, at }: Update,
  languages: readonly string[],
  phrases: ReturnType<typeof phrasesOf>,
) =>
  html`<p>
    <small>${iso(at)}</small><br /><strong>${phrases.stage[stage]}</strong>:
    ${said(text, languages)}
  </p>`;

/** RSS 2.0. */
export function rss(picture: Picture, language: string): string {
  const { page } = picture;
  const items = itemsOf(picture, language).map(
    ({ thread, title, url, at, body }) => html`
<item><title>${title}</title><link>${url}</link><guid isPermaLink="false">${thread}@${page.id}</guid><pubDate>${new Date(at).toUTCString()}</pubDate><description>${body}</description></item>`,
  );
  return xml(html`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>${page.title}</title><link>${page.url}</link><description>${page.title}</description><language>${language}</language>
<atom:link href="${page.url}/history.rss" rel="self" type="application/rss+xml"/><lastBuildDate>${new Date(page.updatedAt).toUTCString()}</lastBuildDate>${items}
</channel></rss>
`);
}

/** Atom (RFC 4287) with ids that stay (RFC 4151). */
export function atom(picture: Picture, language: string): string {
  const { page } = picture;
  const entries = itemsOf(picture, language).map(
    ({ thread, title, url, at, created, body }) =>
      html` <entry
        ><id>tag:${new URL(page.url).hostname},2026:${page.id}/${thread}</id><title>${title}</title
        ><link href="${url}" /><published>${iso(created)}</published><updated>${iso(at)}</updated
        ><content type="html">${body}</content></entry
      >`,
  );
  return xml(
    html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
      <id>tag:${new URL(page.url).hostname},2026:${page.id}</id><title>${page.title}</title
      ><updated>${iso(page.updatedAt)}</updated> <link href="${page.url}" /><link
        rel="self"
        href="${page.url}/history.atom"
      /><author><name>${page.title}</name></author
      >${entries}
    </feed> `,
  );
}

const xml = (body: ReturnType<typeof html>): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n${String(raw(body))}`;

/** JSON Feed 1.1. */
export function jsonFeed(picture: Picture, language: string): unknown {
  const { page } = picture;
  return {
    version: "https://jsonfeed.org/version/1.1",
    ...{
      title: page.title,
      home_page_url: page.url,
      feed_url: `${page.url}/history.json`,
      language,
    },
    items: itemsOf(picture, language).map(({ thread, title, url, at, created, body }) => ({
      ...{ id: `${page.id}/${thread}`, url, title, content_html: body },
      ...{ date_published: iso(created), date_modified: iso(at) },
    })),
  };
}
