/** Words that tell nothing apart. */
const common = new Set(
  `a about after all an and any are as at be because been before but by can could did do does down for from had has have
  he her his how i if in into is it its itself just like more most my new no not now of off on one or our out over she so
  some such than that the their them then there these they this those to too up us was we were what when where which who
  why will with would you your service services server servers system issue issues error errors incident outage failed
  failure caused users some time hours minutes`.split(/\s+/),
);
const wordsMax = 24;

const wordsIn = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_]*/gu) ?? [];

/** People type words, not FTS5 syntax: every word must occur, the last may be unfinished. Undefined when there is none. */
export function allOf(text: string): string | undefined {
  const words = wordsIn(text).slice(0, wordsMax);
  if (words.length === 0) return undefined;
  const quoted = words.map((word) => `"${word}"`);
  return /[\p{L}\p{N}]$/u.test(text) ? `${quoted.join(" ")}*` : quoted.join(" ");
}

/** Any of the words that say what a text is about; the rarer one is, the more it counts (BM25 does that). */
export function someOf(text: string): string | undefined {
  const telling = wordsIn(text).filter((word) => word.length > 2 && !common.has(word));
  const words = [...new Set(telling)].slice(0, wordsMax);
  return words.length === 0 ? undefined : words.map((word) => `"${word}"`).join(" OR ");
}
