import { packageFile } from "#kernel";
import { type Font, unpacked } from "./woff.ts";

export type Style = "text" | "bold" | "italic" | "code";

/** What a text is set in. */
export type Letters = {
  /** What a PDF calls the font of each style. */
  names: Readonly<Record<Style, string>>;
  /** Those that have to be embedded, by these names. */
  embedded: Readonly<Record<string, Uint8Array>>;
  /** The text as it can be set. */
  write(text: string): string;
  /** Letters that could not be set so far. */
  missing: ReadonlySet<string>;
};

/** Beyond the letters that the fonts of every reader of PDFs have (WinAnsi). */
const beyondWestern = /[^\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\n]/gu;
const stands: Readonly<Record<string, string>> = { "→": "->", "✓": "x", "\t": "  " };
const western = (text: string): string =>
  text.normalize("NFC").replaceAll(beyondWestern, (letter) => stands[letter] ?? letter);
const isWestern = (text: string): boolean =>
  !/[^\n]/.test(western(text).match(beyondWestern)?.join("") ?? "");

const standard = {
  text: "Helvetica",
  bold: "Helvetica-Bold",
  italic: "Helvetica-Oblique",
  code: "Courier",
} as const;

const files = { text: "400-normal", bold: "700-normal", italic: "400-italic" } as const;
async function dejavu(style: keyof typeof files): Promise<Font> {
  const file = `@fontsource/dejavu-sans/files/dejavu-sans-latin-${files[style]}.woff`;
  return await unpacked(await packageFile(file));
}

/** Hebrew, Arabic and what else is written from right to left: it would come out backwards. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|\ud802|\ud803|\ud83a|\ud83b/;
const stand = "□";

/** Western texts take the fonts that every reader has; any other one is set in DejaVu Sans as a whole, loaded only then. */
export async function lettersFor(text: string): Promise<Letters> {
  const missing = new Set<string>();
  if (isWestern(text)) return { names: standard, embedded: {}, write: western, missing };
  const [regular, bold, italic] = await Promise.all([
    dejavu("text"),
    dejavu("bold"),
    dejavu("italic"),
  ]);
  const has = (letter: string): boolean =>
    letter === "\n" ||
    (!rightToLeft.test(letter) &&
      [regular, bold, italic].every((font) => font.has(letter.codePointAt(0) ?? 0)));
  const write = (given: string): string =>
    Array.from(given.normalize("NFC").replaceAll("\t", "  "), (letter) => {
      // What only joins or varies the letter before it leaves nothing behind.
      if (/[\p{Cf}\ufe00-\ufe0f]/u.test(letter)) return "";
      if (has(letter)) return letter;
      missing.add(letter);
      return stand;
    }).join("");
  const names = { text: "Text", bold: "Bold", italic: "Italic", code: "Text" };
  const embedded = { Text: regular.sfnt, Bold: bold.sfnt, Italic: italic.sfnt };
  return { names, embedded, write, missing };
}
