import { lintRules, type RuleName } from "./lint-rules.ts";

/** A place in a text that looks for a culprit. `from` and `to` count UTF-16 units; `line` and `column` begin at 1. */
export type Finding = {
  from: number;
  to: number;
  line: number;
  column: number;
  text: string;
  rule: RuleName;
  why: string;
  instead: string;
};

const findingsMax = 200;
/** First names that are common words too count only together with the last name. */
const alsoWords = new Set(
  "will may mark art grace hope rose bill page drew rob sue pat jack frank chance rich grant dale dean miles faith joy dawn may june april august summer autumn iris lily ivy ruby pearl amber sandy rusty stone young long short brown white black green king bishop cook baker mason hunter wood woods field fields marine fleur pierre rémi luc claire blanche prudence constance aimé désiré".split(
    " ",
  ),
);

/** Code and addresses are quoted, not said: blanked, so that positions stay. */
const unsaid = (text: string): string =>
  text
    .replaceAll(
      /```[\s\S]*?(?:```|(?![\s\S]))|`[^`\n]*`|\]\([^)\n]{0,500}\)|https?:\/\/\S+|^> .*$/gm,
      (found) => found.replaceAll(/[^\n]/g, " "),
    )
    .replaceAll(/[‘’]/g, "'");

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The ways in which people are named in texts: whole, by first name, by last name. */
function namePatterns(names: readonly string[]): RegExp[] {
  const found = new Set<string>();
  for (const name of names) {
    const parts = name.normalize("NFC").trim().split(/\s+/);
    if (parts.length === 0 || parts[0] === "") continue;
    found.add(parts.map(escaped).join(String.raw`\s+`));
    for (const part of parts)
      if (part.length > 2 && !alsoWords.has(part.toLowerCase())) found.add(escaped(part));
  }
  const all = [...found].toSorted((a, b) => b.length - a.length);
  return all.length === 0
    ? []
    : [new RegExp(`(?<![\\p{L}\\p{N}_@])@?(?:${all.join("|")})(?![\\p{L}\\p{N}_])`, "gu")];
}

const ofName = {
  rule: "name" as const,
  why: "A reader looks at the person, and no longer at what made it possible.",
  instead: "Write the role: “the engineer on call”, “whoever deployed”.",
};

/**
 * Where a text looks for a culprit instead of for what made it possible, in English and in French, with the names of people who
 * could be one. It reads words, not meaning: a finding is a question to the writer.
 */
export function lint(text: string, names: readonly string[] = []): Finding[] {
  const said = unsaid(text);
  const found: Omit<Finding, "line" | "column">[] = [];
  const look = (pattern: RegExp, of: Pick<Finding, "rule" | "why" | "instead">): void => {
    for (const match of said.matchAll(pattern)) {
      const { why, instead, rule } = of;
      const skipped = match[0].length - match[0].trimStart().length;
      const [from, to] = [match.index + skipped, match.index + match[0].length];
      found.push({ from, to, text: text.slice(from, to), rule, why, instead });
    }
  };
  for (const rule of lintRules) look(rule.pattern, rule);
  for (const pattern of namePatterns(names)) look(pattern, ofName);
  const places = lineStarts(text);
  return withoutOverlap(found)
    .slice(0, findingsMax)
    .map((each) => ({ ...each, ...placeOf(places, each.from) }));
}

/** Where two findings share letters the longer one is told. */
function withoutOverlap<T extends { from: number; to: number }>(found: readonly T[]): T[] {
  const kept: T[] = [];
  for (const each of found.toSorted((a, b) => b.to - b.from - (a.to - a.from)))
    if (kept.every(({ from, to }) => each.to <= from || each.from >= to)) kept.push(each);
  return kept.toSorted((a, b) => a.from - b.from);
}

const lineStarts = (text: string): number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
];
function placeOf(starts: readonly number[], at: number): { line: number; column: number } {
  const line = starts.findLastIndex((start) => start <= at);
  return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
}
