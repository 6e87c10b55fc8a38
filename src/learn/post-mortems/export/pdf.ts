import { lexer, type Token, type Tokens } from "marked";
import Pdfkit from "pdfkit";
import { type Graph, layoutOf, type PostMortem } from "../contract.ts";
import { markdownOf, type Where } from "./markdown.ts";
import { factorLook } from "./svg.ts";

type Pdf = PDFKit.PDFDocument;
const margin = 50;

/** The letters that the fonts of every reader have (WinAnsi); others would come out as anything. */
const others = /[^\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\n]/gu;
const stands: Readonly<Record<string, string>> = { "→": "->", "✓": "x", "\t": "  " };
const written = (text: string): string =>
  text.normalize("NFC").replaceAll(others, (letter) => stands[letter] ?? "?");

const textOf = (tokens: readonly Token[] | undefined): string =>
  (tokens ?? [])
    .map((token): string => {
      if (token.type === "br" || token.raw === "<br>") return "\n";
      if ("tokens" in token && token.tokens) return textOf(token.tokens);
      return "text" in token ? String(token.text) : token.raw;
    })
    .join("");

/** Words with their weight, one after the other. */
function runs(pdf: Pdf, tokens: readonly Token[] | undefined, width?: number): void {
  const all = (tokens ?? []).flatMap((token) =>
    token.type === "text" && token.tokens ? token.tokens : [token],
  );
  for (const [i, token] of all.entries()) {
    const font = { strong: "Helvetica-Bold", em: "Helvetica-Oblique", codespan: "Courier" };
    pdf.font(font[token.type as keyof typeof font] ?? "Helvetica");
    const link = token.type === "link" ? String((token as Tokens.Link).href) : undefined;
    const isSafe = link !== undefined && /^https?:/i.test(link);
    pdf.text(written(textOf([token])), {
      continued: i < all.length - 1,
      ...(width === undefined ? {} : { width }),
      ...{ link: isSafe ? link : null, underline: isSafe },
    });
  }
  pdf.font("Helvetica");
}

function grid(pdf: Pdf, { header, rows }: Tokens.Table): void {
  const lines = [header, ...rows].map((row) => row.map((each) => written(textOf(each.tokens))));
  const widths = columnWidths(lines, pdf.page.width - 2 * margin);
  pdf.fontSize(8.5);
  pdf.table({
    columnStyles: widths.map((width) => ({ width })),
    defaultStyle: { border: [0, 0, 0.5, 0], borderColor: "#cccccc", padding: [5, 4, 4, 2] },
    data: lines.map((row, i) =>
      row.map((text) => ({ text, ...(i === 0 ? { font: { src: "Helvetica-Bold" } } : {}) })),
    ),
  });
  pdf.fontSize(10).moveDown(0.7);
}
/** The longest word of a column has room; what is left goes to those that say most. */
function columnWidths(lines: readonly (readonly string[])[], whole: number): number[] {
  const count = lines[0]?.length ?? 1;
  const weights = Array.from({ length: count }, (_, i) =>
    Math.min(90, Math.max(8, ...lines.map((row) => row[i]?.length ?? 0))),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  const least = Math.min(62, whole / count);
  const free = whole - least * count;
  return weights.map((weight) => least + (free * weight) / sum);
}

function drawGraph(pdf: Pdf, graph: Graph): void {
  const { width, height, factors, links } = layoutOf(graph);
  const room = pdf.page.width - 2 * margin;
  const scale = Math.min(1, room / width, (pdf.page.height - 2 * margin) / height);
  if (pdf.y + height * scale > pdf.page.height - margin) pdf.addPage();
  const top = pdf.y;
  pdf.save().translate(margin, top).scale(scale);
  for (const { path } of links) pdf.path(path).lineWidth(1.2).stroke("#475569");
  for (const { x, y, width: w, height: h, lines, kind } of factors) {
    const [line, ground] = factorLook[kind];
    pdf.roundedRect(x, y, w, h, 8).fillAndStroke(ground, line);
    pdf.fillColor("#0f172a").fontSize(12);
    lines.forEach((each, i) =>
      pdf.text(written(each), x, y + 14 + i * 18, { width: w, align: "center", lineBreak: false }),
    );
  }
  pdf.restore();
  pdf.fillColor("#000000").fontSize(10);
  pdf.x = margin;
  pdf.y = top + height * scale + 12;
}

function items(pdf: Pdf, { items: all, ordered }: Tokens.List): void {
  for (const [i, { tokens }] of all.entries()) {
    pdf.text(ordered ? `${i + 1}. ` : "• ", { continued: true, indent: 8 });
    runs(
      pdf,
      tokens.flatMap((each) => ("tokens" in each ? (each.tokens ?? []) : [each])),
    );
  }
  pdf.moveDown(0.6);
}

function heading(pdf: Pdf, { depth, tokens }: Tokens.Heading): void {
  const size = [20, 14, 12, 11][depth - 1] ?? 10;
  if (pdf.y > pdf.page.height - margin - 60) pdf.addPage();
  pdf
    .moveDown(depth === 1 ? 0 : 0.5)
    .font("Helvetica-Bold")
    .fontSize(size);
  pdf
    .text(written(textOf(tokens)))
    .font("Helvetica")
    .fontSize(10)
    .moveDown(0.4);
}

function block(pdf: Pdf, token: Token, graph: Graph): void {
  switch (token.type) {
    case "heading":
      return heading(pdf, token as Tokens.Heading);
    case "code":
      if ((token as Tokens.Code).lang === "mermaid") return drawGraph(pdf, graph);
      pdf
        .font("Courier")
        .fontSize(8.5)
        .text(written(String(token.text)));
      pdf.font("Helvetica").fontSize(10).moveDown(0.6);
      return;
    case "list":
      return items(pdf, token as Tokens.List);
    case "table":
      return grid(pdf, token as Tokens.Table);
    case "blockquote":
      for (const each of token.tokens ?? []) block(pdf, each, graph);
      return;
    case "space":
    case "def":
    case "hr":
      return;
    default:
      runs(pdf, "tokens" in token ? token.tokens : [token]);
      pdf.moveDown(0.6);
  }
}

/** As a PDF with text that can be searched, on A4; letters outside of Western Europe's become "?" (the HTML has them). */
export async function pdfOf(pm: PostMortem, where: Where = {}): Promise<Uint8Array> {
  const pdf = new Pdfkit({
    ...{ size: "A4", margin, bufferPages: true, lang: "en" },
    info: { Title: `${pm.postMortem}: ${pm.title}`, Creator: "Castor" },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    pdf.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on("end", () => resolve());
    pdf.on("error", reject);
  });
  pdf.font("Helvetica").fontSize(10);
  for (const token of lexer(markdownOf(pm, where))) block(pdf, token, pm.graph);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}
