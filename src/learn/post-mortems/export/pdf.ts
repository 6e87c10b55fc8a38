import { lexer, type Token, type Tokens } from "marked";
import Pdfkit from "pdfkit";
import { type Graph, layoutOf, type PostMortem } from "../contract.ts";
import { type Letters, lettersFor, type Style } from "./letters.ts";
import { markdownOf, type Where } from "./markdown.ts";
import { factorLook } from "./svg.ts";

type Pdf = PDFKit.PDFDocument;
const margin = 50;

/** A PDF that is being written, and what it is set in. */
type Sheet = { pdf: Pdf; letters: Letters };
const set = ({ pdf, letters }: Sheet, style: Style): Pdf => pdf.font(letters.names[style]);

const textOf = (tokens: readonly Token[] | undefined): string =>
  (tokens ?? [])
    .map((token): string => {
      if (token.type === "br" || token.raw === "<br>") return "\n";
      if ("tokens" in token && token.tokens) return textOf(token.tokens);
      return "text" in token ? String(token.text) : token.raw;
    })
    .join("");

/** Words with their weight, one after the other. */
function runs(sheet: Sheet, tokens: readonly Token[] | undefined, width?: number): void {
  const { pdf, letters } = sheet;
  const all = (tokens ?? []).flatMap((token) =>
    token.type === "text" && token.tokens ? token.tokens : [token],
  );
  for (const [i, token] of all.entries()) {
    const styles = { strong: "bold", em: "italic", codespan: "code" } as const;
    set(sheet, styles[token.type as keyof typeof styles] ?? "text");
    const link = token.type === "link" ? String((token as Tokens.Link).href) : undefined;
    const isSafe = link !== undefined && /^https?:/i.test(link);
    pdf.text(letters.write(textOf([token])), {
      continued: i < all.length - 1,
      ...(width === undefined ? {} : { width }),
      ...{ link: isSafe ? link : null, underline: isSafe },
    });
  }
  set(sheet, "text");
}

function grid({ pdf, letters }: Sheet, { header, rows }: Tokens.Table): void {
  const lines = [header, ...rows].map((row) =>
    row.map((each) => letters.write(textOf(each.tokens))),
  );
  const widths = columnWidths(lines, pdf.page.width - 2 * margin);
  pdf.fontSize(8.5);
  pdf.table({
    columnStyles: widths.map((width) => ({ width })),
    defaultStyle: { border: [0, 0, 0.5, 0], borderColor: "#cccccc", padding: [5, 4, 4, 2] },
    data: lines.map((row, i) =>
      row.map((text) => ({ text, ...(i === 0 ? { font: { src: letters.names.bold } } : {}) })),
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

function drawGraph({ pdf, letters }: Sheet, graph: Graph): void {
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
      pdf.text(letters.write(each), x, y + 14 + i * 18, {
        width: w,
        align: "center",
        lineBreak: false,
      }),
    );
  }
  pdf.restore();
  pdf.fillColor("#000000").fontSize(10);
  pdf.x = margin;
  pdf.y = top + height * scale + 12;
}

function items(sheet: Sheet, { items: all, ordered }: Tokens.List): void {
  const { pdf } = sheet;
  for (const [i, { tokens }] of all.entries()) {
    pdf.text(ordered ? `${i + 1}. ` : "• ", { continued: true, indent: 8 });
    runs(
      sheet,
      tokens.flatMap((each) => ("tokens" in each ? (each.tokens ?? []) : [each])),
    );
  }
  pdf.moveDown(0.6);
}

function heading(sheet: Sheet, { depth, tokens }: Tokens.Heading): void {
  const { pdf, letters } = sheet;
  const size = [20, 14, 12, 11][depth - 1] ?? 10;
  if (pdf.y > pdf.page.height - margin - 60) pdf.addPage();
  pdf.moveDown(depth === 1 ? 0 : 0.5).fontSize(size);
  set(sheet, "bold").text(letters.write(textOf(tokens)));
  set(sheet, "text").fontSize(10).moveDown(0.4);
}

function block(sheet: Sheet, token: Token, graph: Graph): void {
  const { pdf, letters } = sheet;
  switch (token.type) {
    case "heading":
      return heading(sheet, token as Tokens.Heading);
    case "code":
      if ((token as Tokens.Code).lang === "mermaid") return drawGraph(sheet, graph);
      set(sheet, "code")
        .fontSize(8.5)
        .text(letters.write(String(token.text)));
      set(sheet, "text").fontSize(10).moveDown(0.6);
      return;
    case "list":
      return items(sheet, token as Tokens.List);
    case "table":
      return grid(sheet, token as Tokens.Table);
    case "blockquote":
      for (const each of token.tokens ?? []) block(sheet, each, graph);
      return;
    case "space":
    case "def":
    case "hr":
      return;
    default:
      runs(sheet, "tokens" in token ? token.tokens : [token]);
      pdf.moveDown(0.6);
  }
}

const namedMax = 12;
/** What a reader would otherwise take for a fault of theirs. */
function tellMissing(sheet: Sheet): void {
  const missing = [...sheet.letters.missing];
  if (missing.length === 0) return;
  const codes = missing
    .slice(0, namedMax)
    .map((each) => `U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
  const more = missing.length > namedMax ? ` and ${missing.length - namedMax} more` : "";
  const count = missing.length === 1 ? "One letter is" : `${missing.length} letters are`;
  set(sheet, "italic")
    .fontSize(8.5)
    .text(
      `${count} not in the font of this PDF and stand as □ (${codes.join(", ")}${more}). The HTML and the Markdown have them.`,
    );
}

/** As a PDF with text that can be searched, on A4. What its letters are and which cannot be set: `letters.ts`. */
export async function pdfOf(pm: PostMortem, where: Where = {}): Promise<Uint8Array> {
  const markdown = markdownOf(pm, where);
  const letters = await lettersFor(
    [markdown, ...pm.graph.factors.map(({ text }) => text)].join(" "),
  );
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
  for (const [name, font] of Object.entries(letters.embedded))
    pdf.registerFont(name, Buffer.from(font));
  const sheet = { pdf, letters };
  set(sheet, "text").fontSize(10);
  for (const token of lexer(markdown)) block(sheet, token, pm.graph);
  tellMissing(sheet);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}
