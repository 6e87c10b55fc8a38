export type Path = readonly (string | number)[];

/** One thing wrong with the configuration: where, what, and how to put it right. */
export type Mistake = {
  file: string;
  /** From 1; 0 when the mistake is in no file (an environment variable, the command line). */
  line: number;
  column: number;
  path: string;
  what: string;
  fix: string;
  /** The lines around it with a caret below the place; empty when there is no file. */
  excerpt: string;
};

/** A mistake before it has a place: what a check of a section returns. */
export type Finding = {
  path: Path;
  what: string;
  fix: string;
  /** Whether the key itself is wrong rather than its value. */
  at?: "key" | "value";
};

/** `["gateway", "routes", 0, "to"]` is `gateway.routes[0].to`. */
export function pathText(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text ? `.${part}` : part;
    else text += `["${part}"]`;
  }
  return text;
}

const linesBefore = 2;
const excerptColumnsMax = 110;

/** Two lines of context, the line itself, and a caret that underlines `length` characters. */
export function excerptOf(text: string, line: number, column: number, length: number): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - linesBefore);
  const gutter = String(line).length;
  const cut = (shown: string): string =>
    shown.length > excerptColumnsMax ? `${shown.slice(0, excerptColumnsMax - 1)}…` : shown;
  const shown: string[] = [];
  for (let number = first; number <= line; number += 1) {
    const content = (lines[number - 1] ?? "").replaceAll("\t", "→");
    shown.push(`${String(number).padStart(gutter)} │ ${cut(content)}`.trimEnd());
  }
  const room = Math.max(1, Math.min(length, (lines[line - 1] ?? "").length - column + 1));
  if (column <= excerptColumnsMax)
    shown.push(`${" ".repeat(gutter)} │ ${" ".repeat(column - 1)}${"^".repeat(room)}`);
  return shown.join("\n");
}

const paint = (on: boolean) => ({
  bold: (text: string) => (on ? `\x1b[1m${text}\x1b[22m` : text),
  dim: (text: string) => (on ? `\x1b[2m${text}\x1b[22m` : text),
  red: (text: string) => (on ? `\x1b[31m${text}\x1b[39m` : text),
  green: (text: string) => (on ? `\x1b[32m${text}\x1b[39m` : text),
});

/** Where a mistake is, as editors and terminals make it clickable: `castor.yaml:12:5`. */
export const placeOf = ({
  file,
  line,
  column,
}: Pick<Mistake, "file" | "line" | "column">): string =>
  line > 0 ? `${file}:${line}:${column}` : file;

/** All mistakes for people, with excerpts; colours only when asked. */
export function printMistakes(
  mistakes: readonly Mistake[],
  { colour }: { colour: boolean },
): string {
  const ink = paint(colour);
  const blocks = mistakes.map((mistake) => {
    const excerpt = mistake.excerpt
      .split("\n")
      .map((line, at, all) => `  ${at === all.length - 1 ? ink.red(line) : ink.dim(line)}`);
    return [
      `${ink.bold(placeOf(mistake))}  ${mistake.path ? `${ink.bold(mistake.path)}: ` : ""}${mistake.what}`,
      ...(mistake.excerpt ? excerpt : []),
      `  ${ink.green("fix:")} ${mistake.fix}`,
    ].join("\n");
  });
  const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
  return `${blocks.join("\n\n")}\n\n${ink.red(count)}; nothing was changed.\n`;
}
