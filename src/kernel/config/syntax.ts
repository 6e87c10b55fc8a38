import { type Document, visit } from "yaml";
import type { YAMLError } from "yaml";
import { excerptOf, type Mistake } from "./mistake.ts";

type Words = { what: string; fix: string };

/** What each kind of YAML error means to somebody who does not know YAML's grammar. */
const words: Partial<Record<YAMLError["code"], Words>> = {
  DUPLICATE_KEY: {
    what: "This key is here twice.",
    fix: "Keep one of the two and delete the other.",
  },
  TAB_AS_INDENT: {
    what: "This line is indented with a tab, which YAML does not allow.",
    fix: "Indent with spaces, two for each level.",
  },
  BAD_INDENT: {
    what: "The indentation does not fit the lines around it.",
    fix: "Align it with its neighbours, two spaces for each level; close every [ and {.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    what: "There is a second `key:` on this line.",
    fix: 'Put it on the next line, indented; or quote the text if it contains a colon: "a: b".',
  },
  MULTILINE_IMPLICIT_KEY: {
    what: "This line has no colon, so it is neither a key nor a value.",
    fix: "Write `key: value`: a colon and a space after the key.",
  },
  BAD_SCALAR_START: {
    what: "A value may not start with this character.",
    fix: 'Put quotes around the value: "…".',
  },
  UNEXPECTED_TOKEN: {
    what: "This character is not expected here.",
    fix: 'Remove it; or put quotes around the value if it is meant as text: "…".',
  },
  MULTIPLE_DOCS: {
    what: "A second YAML document starts here.",
    fix: "Keep one document: delete this `---`.",
  },
  BAD_DQ_ESCAPE: {
    what: "The text in double quotes has a backslash that means nothing.",
    fix: "Write `\\\\` for a backslash, or use single quotes.",
  },
};

function wordsFor(error: YAMLError, line: string): Words {
  if (/^[ ]*\t/.test(line) && words.TAB_AS_INDENT) return words.TAB_AS_INDENT;
  const message = (error.message.split(/ at line \d+/)[0] ?? "").replace(/:$/, "");
  if (error.code === "MISSING_CHAR" && message.includes("quote"))
    return { what: "A text in quotes never ends.", fix: 'Write the closing quote: "…".' };
  if (error.code === "MISSING_CHAR" && message.startsWith("Implicit map keys"))
    return words.MULTILINE_IMPLICIT_KEY ?? { what: message, fix: "" };
  return (
    words[error.code] ?? {
      what: `${message}.`,
      fix: "Put the value in quotes, or compare the indentation with the lines around it.",
    }
  );
}

/** The path of the key on a line, read from the indentation alone, because the file does not parse. */
export function pathByIndent(text: string, line: number): string {
  const lines = text.split(/\r?\n/).slice(0, line).reverse();
  const keys: string[] = [];
  let indent = Number.POSITIVE_INFINITY;
  for (const each of lines) {
    const [, space = "", key] = /^([\s-]*)["']?([\w.*/-]+)["']?\s*(?::|\s|$)/.exec(each) ?? [];
    if (key === undefined || space.length >= indent) continue;
    keys.unshift(key);
    indent = space.length;
    if (indent === 0) break;
  }
  return keys.join(".");
}

/** An error of the YAML parser in words, with the field it is most likely about. */
export function syntaxMistake(file: string, text: string, error: YAMLError): Mistake {
  const { line, col } = openQuote(text, error) ?? error.linePos?.[0] ?? { line: 1, col: 1 };
  return {
    file,
    line,
    column: col,
    path: pathByIndent(text, line),
    ...wordsFor(error, text.split("\n")[line - 1] ?? ""),
    excerpt: excerptOf(text, line, col, Math.max(1, error.pos[1] - error.pos[0])),
  };
}

/** Where a quote that never ends begins: the parser only tells where the text around it ends. */
function openQuote(text: string, error: YAMLError): { line: number; col: number } | undefined {
  if (!/Missing closing .*quote/.test(error.message)) return undefined;
  const quote = error.message.includes("'") ? "'" : '"';
  const lines = text.split("\n").slice(0, error.linePos?.[0].line);
  const at = lines.findLastIndex((each) => (each.split(quote).length - 1) % 2 === 1);
  return at < 0 ? undefined : { line: at + 1, col: (lines[at]?.lastIndexOf(quote) ?? 0) + 1 };
}

/** `*name` without `&name`, or inside of it: the parser lets it pass until the values are read. */
export function aliasMistakes(
  file: string,
  text: string,
  document: Document,
  linePos: (offset: number) => { line: number; col: number },
): Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Alias(_key, node) {
      const meant = node.resolve(document);
      const [from = 0] = node.range ?? [];
      const isInside = meant?.range && meant.range[0] <= from && from < meant.range[1];
      if (meant && !isInside) return;
      const { line, col } = linePos(from);
      mistakes.push({
        file,
        line,
        column: col,
        path: pathByIndent(text, line),
        what: isInside
          ? `\`*${node.source}\` stands inside what \`&${node.source}\` names, so it would have no end.`
          : `\`*${node.source}\` refers to an anchor that does not exist.`,
        fix: `If it is meant as text, quote it: "*${node.source}"${!isInside && /^\w+$/.test(node.source) ? `; else define \`&${node.source}\` above it` : ""}.`,
        excerpt: excerptOf(text, line, col, node.source.length + 1),
      });
    },
  });
  return mistakes;
}
