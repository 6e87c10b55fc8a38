import { lexer, type Token, type Tokens } from "marked";
import type { PostMortem } from "../contract.ts";
import { markdownOf, type Where } from "./markdown.ts";
import { escaped, svgOf } from "./svg.ts";

/** Addresses that may be followed; whatever else a text has is words. */
const isSafe = (href: string): boolean => /^(https?:|mailto:)/i.test(href);
const inside = (tokens: readonly Token[] | undefined): string =>
  (tokens ?? []).map(inline).join("");

function link({ type, href, text, tokens }: Tokens.Link | Tokens.Image): string {
  const words = type === "image" ? escaped(text) : inside(tokens);
  return isSafe(href) ? `<a href="${escaped(href)}">${words || escaped(href)}</a>` : words;
}

function inline(token: Token): string {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return `<${token.type}>${inside(token.tokens)}</${token.type}>`;
    case "codespan":
      return `<code>${escaped(String(token.text))}</code>`;
    case "br":
      return "<br>";
    case "link":
    case "image":
      return link(token as Tokens.Link);
    case "html":
      // Our own line break in a table's cell; what people write as HTML is shown.
      return token.raw === "<br>" ? "<br>" : escaped(token.raw);
    default:
      return "tokens" in token && token.tokens
        ? inside(token.tokens)
        : escaped("text" in token ? String(token.text) : token.raw);
  }
}

const cell = (tag: string, { tokens }: Tokens.TableCell): string =>
  `<${tag}>${inside(tokens)}</${tag}>`;
const table = ({ header, rows }: Tokens.Table): string =>
  `<table><thead><tr>${header.map((each) => cell("th", each)).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((each) => cell("td", each)).join("")}</tr>`)
    .join("")}</tbody></table>`;

function list({ ordered, items }: Tokens.List, graph: string): string {
  const tag = ordered ? "ol" : "ul";
  const made = items.map(({ tokens }) => {
    const parts = tokens.map((each) => (each.type === "text" ? inline(each) : block(each, graph)));
    return `<li>${parts.join("")}</li>`;
  });
  return `<${tag}>${made.join("")}</${tag}>`;
}

function block(token: Token, graph: string): string {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      return `<h${depth}>${inside(tokens)}</h${depth}>`;
    }
    case "code": {
      const { lang, text } = token as Tokens.Code;
      return lang === "mermaid" && graph !== ""
        ? `<figure>${graph}</figure>`
        : `<pre>${escaped(text)}</pre>`;
    }
    case "blockquote":
      return `<blockquote>${(token.tokens ?? []).map((each) => block(each, graph)).join("")}</blockquote>`;
    case "list":
      return list(token as Tokens.List, graph);
    case "table":
      return table(token as Tokens.Table);
    case "hr":
      return "<hr>";
    case "space":
    case "def":
      return "";
    case "paragraph":
    case "text":
      return `<p>${inline({ ...token, type: "text" })}</p>`;
    default:
      return `<p>${escaped(token.raw)}</p>`;
  }
}

const style = `:root{color-scheme:light dark}body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{margin-top:2.2rem}table{border-collapse:collapse;width:100%;font-size:.92em}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8886}
td:first-child{white-space:nowrap}pre,code{font-family:ui-monospace,monospace;font-size:.92em}pre{overflow:auto;padding:.6rem;background:#8881}
blockquote{margin-left:0;padding-left:1rem;border-left:3px solid #8886}figure{margin:1rem 0;overflow:auto;background:#fff}figure svg{max-width:100%;height:auto}
@media print{body{max-width:none;margin:0;font-size:10.5pt}h2{break-after:avoid}tr,figure{break-inside:avoid}a{color:inherit;text-decoration:none}}`;

/** One file that shows everything anywhere: no script, nothing loaded, fit for paper. */
export function htmlOf(pm: PostMortem, where: Where = {}): string {
  const graph = pm.graph.factors.length === 0 ? "" : svgOf(pm.graph);
  const body = lexer(markdownOf(pm, where)).map((token) => block(token, graph));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`${pm.postMortem}: ${pm.title}`)}</title><style>${style}</style></head>
<body>${body.join("\n")}</body></html>
`;
}
