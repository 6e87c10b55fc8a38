import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { excerptOf, type Mistake, type Path } from "./mistake.ts";
import { aliasMistakes, syntaxMistake } from "./syntax.ts";

const aliasCountMax = 100;

/** A parsed file that knows where each of its values stands. */
export type Source = {
  file: string;
  text: string;
  document: Document;
  place: (path: Path, at: "key" | "value") => Pick<Mistake, "line" | "column" | "excerpt">;
};

type Spot = { key?: Node; value?: Node };

/** Follows a path down the document as far as it goes. */
function follow(document: Document, path: Path): { spot: Spot; complete: boolean } {
  let spot: Spot = document.contents ? { value: document.contents as Node } : {};
  for (const part of path) {
    let node: unknown = spot.value;
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (!item) return { spot, complete: false };
      spot = { key: item as Node, value: item as Node };
    } else if (isMap(node)) {
      const named = (key: unknown) => isScalar(key) && String(key.value) === String(part);
      const merged = node.items
        .filter((each) => isScalar(each.key) && each.key.source === "<<")
        .flatMap((each) => {
          const from = isAlias(each.value) ? each.value.resolve(document) : each.value;
          return isMap(from) ? from.items : [];
        });
      const pair = [...node.items, ...merged].find((each) => named(each.key));
      if (!pair) return { spot, complete: false };
      spot = { key: pair.key as Node, ...(pair.value ? { value: pair.value as Node } : {}) };
    } else return { spot, complete: false };
  }
  return { spot, complete: true };
}

/** Reads YAML text; every syntax error becomes a mistake with its place. */
export function readYaml(
  text: string,
  file: string,
): { source: Source; mistakes: Mistake[]; value: unknown } {
  const lines = new LineCounter();
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const document = parseDocument(clean, {
    lineCounter: lines,
    prettyErrors: true,
    merge: true,
    uniqueKeys: true,
  });
  const place: Source["place"] = (path, at) => {
    const { spot, complete } = follow(document, path);
    const node = (complete && at === "value" ? spot.value : undefined) ?? spot.key ?? spot.value;
    const [from, to] = node?.range ?? [0, 1];
    const { line, col } = lines.linePos(from);
    const length = Math.max(1, (clean.slice(from, to).split(/\r?\n/)[0] ?? "").trimEnd().length);
    return { line, column: col, excerpt: excerptOf(clean, line, col, length) };
  };
  const source: Source = { file, text: clean, document, place };
  const mistakes = [
    ...document.errors.map((error) => syntaxMistake(file, clean, error)),
    ...aliasMistakes(file, clean, document, (offset) => lines.linePos(offset)),
  ];
  if (mistakes.length > 0) return { source, mistakes, value: undefined };
  try {
    return { source, mistakes, value: document.toJS({ maxAliasCount: aliasCountMax }) };
  } catch (error) {
    // The parser throws only where aliases of aliases would fill the memory.
    if (!(error instanceof ReferenceError)) throw error;
    return { source, mistakes: [tooManyAliases(file)], value: undefined };
  }
}

const tooManyAliases = (file: string): Mistake => ({
  file,
  line: 1,
  column: 1,
  path: "",
  excerpt: "",
  what: `Aliases of aliases make this file grow beyond ${aliasCountMax} times.`,
  fix: "Write the values out where they are used.",
});
