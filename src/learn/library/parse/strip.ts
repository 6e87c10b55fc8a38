/** Whatever somebody wrote, each of these takes one pass: an expression that looks ahead for an end anew from every beginning would not. */

/** Text without its tags; one that never ends stays. */
export function withoutTags(text: string, begins: RegExp): string {
  const start = new RegExp(begins, "gi");
  let kept = "";
  let at = 0;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const end = text.indexOf(">", found.index);
    if (end < 0) break;
    kept += text.slice(at, found.index);
    at = start.lastIndex = end + 1;
  }
  return kept + text.slice(at);
}

/** Text without elements of that name and all within them; one that never ends stays. */
export function withoutElements(text: string, name: string): string {
  const start = new RegExp(`<${name}\\b`, "gi");
  const close = new RegExp(`</${name}\\s*>`, "gi");
  let kept = "";
  let at = 0;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    close.lastIndex = found.index;
    if (!close.test(text)) break;
    kept += text.slice(at, found.index);
    at = start.lastIndex = close.lastIndex;
  }
  return kept + text.slice(at);
}

/** An address longer than this is no link. */
const targetCharsMax = 2_000;

/** Links and pictures of Markdown as their words. */
export function linksAsWords(markdown: string): string {
  const parts: string[] = [];
  const open: number[] = [];
  const bracket = /!?\[|\]/g;
  let at = 0;
  for (let found = bracket.exec(markdown); found; found = bracket.exec(markdown)) {
    parts.push(markdown.slice(at, found.index));
    at = bracket.lastIndex;
    if (found[0] !== "]") {
      open.push(parts.length);
      parts.push(found[0]);
      continue;
    }
    const opened = open.pop();
    const end = opened === undefined ? -1 : targetEnd(markdown, at);
    if (opened === undefined || end < 0) parts.push("]");
    else {
      parts[opened] = "";
      at = bracket.lastIndex = end;
    }
  }
  return parts.join("") + markdown.slice(at);
}

/** Where `(target)` ends that begins there; targets may hold parentheses. Less than nothing where none does. */
function targetEnd(markdown: string, at: number): number {
  if (markdown[at] !== "(") return -1;
  const stop = Math.min(markdown.length, at + targetCharsMax);
  let depth = 0;
  for (let end = at; end < stop; end++) {
    if (markdown[end] === "(") depth++;
    else if (markdown[end] === ")") depth--;
    if (depth === 0) return end + 1;
    if (depth > 2) return -1;
  }
  return -1;
}
