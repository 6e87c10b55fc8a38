import { allowingBanner } from "../banner/contract.ts";
import { rewriteCss } from "./css.ts";
import { rewriteSrcset, srcsetOf } from "./srcset.ts";

/** `file` is needed to show the page, `frame` is a page within it, `link` is where a reader may go. */
export type Kind = "file" | "frame" | "link";
export type Reference = { url: string; kind: Kind };

/** Attributes that name something, by element; `link` and `meta` have rules of their own. */
const attributes: readonly [selector: string, attribute: string, kind: Kind][] = [
  ["a[href]", "href", "link"],
  ["area[href]", "href", "link"],
  ["audio[src]", "src", "file"],
  ["body[background]", "background", "file"],
  ["embed[src]", "src", "file"],
  ["frame[src]", "src", "frame"],
  ["iframe[src]", "src", "frame"],
  ["image[href]", "href", "file"],
  ["img[src]", "src", "file"],
  ["input[src]", "src", "file"],
  ["object[data]", "data", "file"],
  ["script[src]", "src", "file"],
  ["source[src]", "src", "file"],
  ["track[src]", "src", "file"],
  ["use[href]", "href", "file"],
  ["video[poster]", "poster", "file"],
  ["video[src]", "src", "file"],
];
const srcsets = ["img[srcset]", "source[srcset]", "link[imagesrcset]"];
const neededRels =
  /(^|\s)(stylesheet|icon|preload|modulepreload|manifest|apple-touch-icon(-precomposed)?|mask-icon)(\s|$)/i;
const linkRels = /(^|\s)(alternate|next|prev|search|license|help|author|home|up|start)(\s|$)/i;

/** Called with what is named and what for; what it gives back takes the place of the name. */
export type Renaming = (url: string, kind: Kind) => string | undefined;
type Root = Pick<HTMLRewriter, "on" | "transform">;

/** Lets `rename` see, and change, everything that a page names. The page's own encoding is left alone. */
export function rewriteHtml(
  html: string,
  rename: Renaming,
  more: (rewriter: HTMLRewriter) => void = () => {},
): string {
  const rewriter = new HTMLRewriter();
  onAttributes(rewriter, rename);
  onLinks(rewriter, rename);
  onStyles(rewriter, rename);
  more(rewriter);
  return rewriter.transform(html);
}

function change(
  element: HTMLRewriterTypes.Element,
  attribute: string,
  other: string | undefined,
): void {
  if (other !== undefined) element.setAttribute(attribute, other.replaceAll("&", "&amp;"));
}

function onAttributes(rewriter: Root, rename: Renaming): void {
  for (const [selector, attribute, kind] of attributes)
    rewriter.on(selector, {
      element: (element) => {
        const url = plain(element.getAttribute(attribute));
        if (url !== "") change(element, attribute, rename(url, kind));
      },
    });
  for (const selector of srcsets)
    rewriter.on(selector, {
      element: (element) => {
        const attribute = selector.includes("imagesrcset") ? "imagesrcset" : "srcset";
        const given = plain(element.getAttribute(attribute));
        const next = rewriteSrcset(given, (url) => rename(url, "file"));
        if (srcsetOf(given).length > 0 && next !== given) element.setAttribute(attribute, next);
      },
    });
}

function onLinks(rewriter: Root, rename: Renaming): void {
  rewriter.on("link[href]", {
    element: (element) => {
      const [url, rel] = [plain(element.getAttribute("href")), element.getAttribute("rel") ?? ""];
      if (url === "") return;
      if (neededRels.test(rel)) change(element, "href", rename(url, "file"));
      else if (linkRels.test(rel)) change(element, "href", rename(url, "link"));
    },
  });
  rewriter.on('meta[http-equiv="refresh" i]', {
    element: (element) => {
      const content = plain(element.getAttribute("content"));
      const [whole = "", before = "", url = ""] =
        /^(\s*[\d.]+\s*[;,]\s*url\s*=\s*["']?)([^"']+)/i.exec(content) ?? [];
      const other = whole === "" ? undefined : rename(url.trim(), "link");
      if (other !== undefined) element.setAttribute("content", before + other);
    },
  });
}

function onStyles(rewriter: Root, rename: Renaming): void {
  rewriter.on("[style]", {
    element: (element) => {
      const css = plain(element.getAttribute("style"));
      if (!css.includes("url(")) return;
      const next = rewriteCss(css, (url) => rename(url, "file"));
      if (next !== css) element.setAttribute("style", next);
    },
  });
  let sheet = "";
  rewriter.on("style", {
    text: (chunk) => {
      sheet += chunk.text;
      if (chunk.lastInTextNode) {
        chunk.replace(
          rewriteCss(sheet, (url) => rename(url, "file")),
          { html: true },
        );
        sheet = "";
      } else chunk.remove();
    },
  });
}

/** An attribute as it was meant: entities that addresses use are resolved. */
const plain = (value: string | null): string =>
  (value ?? "")
    .trim()
    .replaceAll(/&(amp|#38|#x26);/gi, "&")
    .replaceAll(/&(quot|#34);/gi, '"')
    .replaceAll(/&#39;/g, "'");

/** What there is to know of a page. */
export type PageRead = {
  /** The page as it is kept: its own Content-Security-Policy has room for the line about its age. */
  html: string;
  title: string;
  language: string;
  /** Where the line goes: before the end of the body. */
  bannerAt: number;
  /** What `<base>` says, else empty. */
  base: string;
  references: Reference[];
};

const mark = "<!--castor:end-of-body-->";

/** Reads a page, one letter per byte, so that its encoding stays what it is. */
export function readPage(html: string): PageRead {
  const references: Reference[] = [];
  let [title, language, base] = ["", "", ""];
  let isInTitle = false;
  const marked = rewriteHtml(
    html,
    (url, kind) => {
      references.push({ url: utf8(url), kind });
      return undefined;
    },
    (rewriter) => {
      rewriter
        .on("html[lang]", {
          element: (each) => void (language ||= each.getAttribute("lang") ?? ""),
        })
        .on("base[href]", {
          element: (each) => void (base ||= utf8(plain(each.getAttribute("href")))),
        })
        .on("title", {
          element: () => {
            isInTitle = title === "";
          },
          text: (chunk) => {
            if (isInTitle) title += chunk.text;
          },
        })
        .on('meta[http-equiv="content-security-policy" i]', {
          element: (each) => {
            const policy = plain(each.getAttribute("content"));
            const next = allowingBanner(policy);
            if (next !== policy) each.setAttribute("content", next);
          },
        })
        .on("body", {
          element: (each) => each.onEndTag((end) => void end.before(mark, { html: true })),
        });
    },
  );
  const at = marked.lastIndexOf(mark);
  return {
    html: at < 0 ? marked : marked.slice(0, at) + marked.slice(at + mark.length),
    title: entitiesOf(utf8(title)).trim().replaceAll(/\s+/g, " ").slice(0, 200),
    language: language.slice(0, 35),
    bannerAt: at < 0 ? marked.length : at,
    base,
    references,
  };
}

const utf8 = (letters: string): string => Buffer.from(letters, "latin1").toString("utf8");
const entitiesOf = (text: string): string =>
  text
    .replaceAll(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&");
