/** Colours by meaning; plain text when the terminal has none. */
export type Ink = Record<
  "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan",
  (text: string) => string
>;

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export const ink = ({ colour }: { colour: boolean }): Ink =>
  Object.fromEntries(
    Object.entries(codes).map(([name, [on, off]]) => [
      name,
      (text: string) => (colour ? `\x1b[${on}m${text}\x1b[${off}m` : text),
    ]),
  ) as Ink;

// eslint-disable-next-line no-control-regex -- Escape sequences start with a control character.
const escapes = /\x1b\[[0-9;]*m/g;
// eslint-disable-next-line no-control-regex -- These are the characters that must not reach a terminal.
const steering = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Text of strangers, safe to print on one line: what would steer the terminal is shown by its number instead. */
export const plain = (text: string): string =>
  text.replaceAll(steering, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Columns that a text takes on the terminal. */
export const widthOf = (text: string): number => Bun.stringWidth(text.replaceAll(escapes, ""));

/** Text filled with blanks to a width; `left` puts the blanks before it. */
export function padded(text: string, width: number, side: "left" | "right" = "right"): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? blanks + text : text + blanks;
}

/** Text cut to a width, with an ellipsis where something is missing; colours stay whole. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const part of text.split(new RegExp(`(${escapes.source})`, "g"))) {
    if (part.startsWith("\x1b")) {
      kept += part;
      continue;
    }
    for (const letter of part) {
      const wide = Bun.stringWidth(letter);
      if (wide > room) return `${kept}…${text.includes("\x1b") ? "\x1b[0m" : ""}`;
      kept += letter;
      room -= wide;
    }
  }
  return kept;
}

/** Text in lines of so many columns, broken between words; a word that is longer stays whole. */
export function wrapped(text: string, columns: number): string[] {
  if (widthOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Rows as aligned columns; figures (by column number) stand right. */
export function table(
  rows: readonly (readonly string[])[],
  of: { right?: readonly number[]; indent?: number } = {},
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...rows.map((row) => widthOf(row[at] ?? ""))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0, of.right?.includes(at) ? "left" : "right"))
      .join("  ")
      .trimEnd();
  return rows.map((row) => " ".repeat(of.indent ?? 0) + line(row)).join("\n");
}
