const charsLookedThrough = 20_000;
const headerChars = 400;
const keywords = new Set(["if", "for", "while", "switch", "catch", "with", "return", "await"]);
const anonymous = { name: undefined };

/**
 * The function that a place of JavaScript or TypeScript is in, as its source calls it; nothing at the top of a file or within a
 * function without a name. Goes out from block to block by braces: builds like Bun's write no names into their maps.
 */
export function enclosingFunction(source: string, offset: number): string | undefined {
  const arrow = arrowOnLine(source, offset);
  if (arrow) return arrow.name;
  const lowest = Math.max(0, offset - charsLookedThrough);
  let depth = 0;
  for (let at = offset - 1; at >= lowest; at--) {
    const char = source.charCodeAt(at);
    if (char === 125) depth++;
    if (char !== 123) continue;
    if (depth > 0) {
      depth--;
      continue;
    }
    const found = functionBefore(source.slice(Math.max(0, at - headerChars), at));
    if (found) return found.name;
  }
  return undefined;
}

type Found = { name: string | undefined };

/** `const priceOf = (line) => line.price.cents`: a function whose body has no braces. */
function arrowOnLine(source: string, offset: number): Found | undefined {
  const line = source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset);
  const at = line.lastIndexOf("=>");
  if (at < 0) return undefined;
  const body = line.slice(at + 2);
  if (/^\s*[{]/.test(body) || leaves(body)) return undefined;
  return functionBefore(line.slice(0, at + 2)) ?? anonymous;
}

/** Does the text close more than it opens, or end a statement? */
function leaves(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === "(" || char === "[" || char === "{") depth++;
    if (char === ")" || char === "]" || char === "}") depth--;
    if (depth < 0 || (char === ";" && depth === 0)) return true;
  }
  return false;
}

/** What stands before a block: a function's header, with its name if it has one; nothing for loops, objects and the like. */
function functionBefore(text: string): Found | undefined {
  let header = text.trimEnd();
  if (/\bclass\b[^;{}()]*$/.test(header)) return anonymous;
  const isArrow = header.endsWith("=>");
  if (isArrow) header = header.slice(0, -2).trimEnd();
  header = header.replace(/\)\s*:\s*[^(){};=]{1,200}$/, ")");
  if (isArrow && !header.endsWith(")")) header = header.replace(/[\w$]+$/, "()");
  if (!header.endsWith(")")) return undefined;
  const before = header
    .slice(0, openingOf(header))
    .trimEnd()
    .replace(/<[^<>()]*>$/, "");
  if (isArrow) return { name: assigned(before.replace(/\basync$/, "")) };
  const [, word] = /(#?[\w$]+)\s*$/.exec(before) ?? [];
  if (word === undefined || keywords.has(word)) return undefined;
  if (word === "function") return { name: assigned(before.replace(/(async\s+)?function$/, "")) };
  return { name: word };
}

/** Where the bracket that the text ends with was opened. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ")") depth++;
    if (text[at] === "(" && --depth === 0) return at;
  }
  return 0;
}

/** `const name: Type =`, `this.name =`, `name:`. */
const assigned = (before: string): string | undefined =>
  /([\w$]+)\s*(?::[^=;{}]{0,200})?=\s*$/.exec(before)?.[1] ?? /([\w$]+)\s*:\s*$/.exec(before)?.[1];
