import { html, raw } from "hono/html";
import type { Brand } from "../brand.ts";
import type { Picture } from "../contract.ts";
import { readerWords } from "../subscribers/words.ts";
import { ageScript } from "./browser/age.ts";
import type { Drawing } from "./drawing.ts";
import { css } from "./look.ts";
import { overall } from "./v2.ts";
import { phrasesOf, said } from "./words.ts";

export type Html = ReturnType<typeof html>;
/** What every part of a page needs: the picture, whose language, and the way up to the page's root. */
export type View = { picture: Picture; language: string; brand: Brand; up: string };

export const words = ({ picture, language }: View, of: Readonly<Record<string, string>>): string =>
  said(of, [language, ...picture.page.languages]);

/** An instant as people of the page's zone write it. */
export function when(
  { picture, language }: View,
  at: number,
  of: Intl.DateTimeFormatOptions = {},
): Html {
  const shown = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    ...{ timeZone: picture.page.zone, timeZoneName: "short" },
    ...of,
  }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}">${shown}</time>`;
}

const hash = (of: string): string => new Bun.CryptoHasher("sha256").update(of).digest("base64");

/** Written apart from the templates: the policy names their hashes, so no formatter may touch what is between the tags. It stands in the page, since whoever serves a copy may not be able to set headers. */
function dress(
  { colour, subscribe }: Picture["page"],
  more: string,
): { style: Html; ownScript: Html; policy: string } {
  const asks = subscribe !== null && more !== "" ? ` ${new URL(subscribe.address).origin}` : "";
  const scripts = [ageScript, more].filter((each) => each !== "");
  const hashes = scripts.map((each) => `'sha256-${hash(each)}'`).join(" ");
  const formsTo = subscribe === null ? "'none'" : new URL(subscribe.address).origin;
  const look = colour === null ? css : `${css}:root{--accent:${colour}}`;
  return {
    style: raw(`<style>${look}</style>`),
    ownScript: raw(scripts.map((each) => `<script>${each}</script>`).join("")),
    policy: `default-src 'none'; style-src 'sha256-${hash(look)}'; script-src ${hashes}; worker-src 'self'; img-src 'self' data:; connect-src 'self'${asks}; base-uri 'none'; form-action ${formsTo}`,
  };
}

const dotColours = { none: "2f9e62", minor: "d9a21b", major: "e0701c", critical: "cc3a30" };
/** Among many tabs the colour tells how it is. */
const dot = (indicator: keyof typeof dotColours): string =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%23${dotColours[indicator]}'/%3E%3C/svg%3E`;

const logoPath = "logo.svg";
const logoDarkPath = "logo-dark.svg";
const iconPath = "icon.svg";
/** Where the drawings of a brand lie in the bundle. */
export const brandFiles = ({ logo, logoDark, icon }: Brand): Record<string, Drawing> => ({
  ...(logo && { [logoPath]: logo }),
  ...(logoDark && { [logoDarkPath]: logoDark }),
  ...(icon && { [iconPath]: icon }),
});

const logoHeightPx = 36;
const logoWidthPxMax = 240;
function nameOf({ picture: { page }, brand: { logo, logoDark } }: View, root: string): Html {
  if (!logo) return html`${page.title}`;
  const scale = Math.min(logoHeightPx / logo.height, logoWidthPxMax / logo.width);
  const [width, height] = [logo.width, logo.height].map((each) => Math.round(each * scale));
  const dark = html`<source media="(prefers-color-scheme:dark)" srcset="${root}${logoDarkPath}" />`;
  return html`<picture
    >${logoDark ? dark : ""}<img
      src="${root}${logoPath}"
      alt="${page.title}"
      width="${width}"
      height="${height}"
  /></picture>`;
}

/** The page in other languages, and what it is called. */
function head(view: View, { path, root }: { path: string; root: string }): Html {
  const { page } = view.picture;
  const [first] = page.languages;
  const others = page.languages.filter((each) => each !== view.language);
  const called = (language: string): string =>
    new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
  const links = others.map(
    (each) =>
      html`<a
        lang="${each}"
        hreflang="${each}"
        href="${root}${each === first ? "" : `${each}/`}${path || "./"}"
        >${called(each)}</a
      >`,
  );
  return html`<header>
    <a class="name" href="${page.home ?? (view.up || "./")}">${nameOf(view, root)}</a>
    <nav>
      ${page.subscribe === null ? "" : html`<a href="${view.up}subscribe/">${readerWords(view.language).subscribe}</a>`}${links}
    </nav>
  </header>`;
}

export function whole(
  view: View,
  of: { title: string; path: string; at: number; body: Html; script?: string },
): string {
  const { picture, language, up } = view;
  const { page } = picture;
  const phrases = phrasesOf(language);
  const { style, ownScript, policy } = dress(page, of.script ?? "");
  const root = language === page.languages[0] ? up : `${up}../`;
  const { indicator } = overall(picture);
  const isWell = indicator === "none";
  return `<!doctype html>
${String(
  html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="${policy}" />
      <meta name="referrer" content="no-referrer" />
      <title>${of.title}</title>
      <link
        rel="icon"
        href="${isWell && view.brand.icon ? `${root}${iconPath}` : dot(indicator)}"
      />
      ${style}
      <link rel="alternate" type="application/rss+xml" title="RSS" href="${root}history.rss" />
      <link rel="alternate" type="application/atom+xml" title="Atom" href="${root}history.atom" />
    </head>
    <body
      data-at="${of.at}"
      data-changed="${page.updatedAt}"
      data-old="${page.oldMinutes}"
      data-root="${root}"
    >
      <a class="skip" href="#main">${phrases.skip}</a>
      ${head(view, { path: of.path, root })}
      <p id="old" role="status" hidden data-says="${phrases.lastHeard}"></p>
      <main id="main">${of.body}</main>
      <footer>
        <p>${phrases.asOf} ${when(view, of.at)}</p>
        <p>
          ${phrases.feeds}: <a href="${root}history.rss">RSS</a>
          <a href="${root}history.atom">Atom</a> <a href="${root}history.json">JSON</a>
          <a href="${root}maintenance.ics">iCal</a> <a href="${root}api/v2/summary.json">API</a>
        </p>
      </footer>
      ${ownScript}
    </body>
  </html>`,
)}
`;
}
