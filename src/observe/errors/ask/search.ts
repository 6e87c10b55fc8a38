import type { Reading } from "./list.ts";

/** So many matches are looked at, the newest first: a common word ends here, not at the end of the store. */
const matchesMax = 2_000;
const wordsMax = 12;
const wordCharsMax = 60;
const prefixCharsMin = 3;
/** A beginning stands for so many of the words that begin so, in their order. */
const begunMax = 64;

/** Which issues have all of these words, in what they share or in an occurrence. A last word that nothing has is taken as a beginning. */
export function search(tables: Reading, text: string): string[] {
  const words = (text.match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, wordsMax)
    .map((word) => word.slice(0, wordCharsMax));
  // Who writes an id means that one, and not those that the same words stand in.
  const direct = tables.get<{ id: string }>(
    "SELECT id FROM issues WHERE id = ?",
    text.trim().toLowerCase(),
  );
  if (direct) return [direct.id];
  const last = words.at(-1);
  if (last === undefined) return [];
  const all = words.map(quoted).join(" AND ");
  const exact = [...inVariants(tables, all), ...inEvents(tables, all)];
  const begun =
    exact.length === 0 && last.length >= prefixCharsMin ? matchingBegun(tables, words, last) : [];
  return [...new Set([...exact, ...begun].map(({ issue }) => issue))];
}

const quoted = (word: string): string => `"${word}"`;

/**
 * SQLite puts the lists of all words that begin so together before it gives the first match: at a million events 277 ms. Looked up one
 * by one, each list is read only as far as it is needed.
 */
function matchingBegun(tables: Reading, words: readonly string[], last: string): Found[] {
  const others = words.slice(0, -1).map(quoted);
  const shared = inVariants(tables, [...others, `${quoted(last)}*`].join(" AND "));
  const begun = wordsFrom(tables, last);
  if (begun.length === 0) return shared;
  const either = `(${begun.map(quoted).join(" OR ")})`;
  return [...shared, ...inEvents(tables, [...others, either].join(" AND "))];
}

function wordsFrom(tables: Reading, start: string): string[] {
  // As the tokenizer writes words: without case and accents.
  const prefix = start.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const found: string[] = [];
  let from = prefix;
  while (found.length < begunMax) {
    const row = tables.get<{ term: string }>(
      "SELECT term FROM event_vocabulary WHERE term >= ? LIMIT 1",
      from,
    );
    if (!row?.term.startsWith(prefix)) break;
    found.push(row.term);
    from = `${row.term}\u0001`;
  }
  return found;
}

type Found = { issue: string };
const inVariants = (tables: Reading, match: string): Found[] =>
  tables.all(
    `SELECT DISTINCT v.issue FROM (SELECT rowid FROM variant_words WHERE variant_words MATCH ? ORDER BY rowid DESC LIMIT ?) w
      JOIN variants v ON v.id = w.rowid`,
    ...[match, matchesMax],
  );
const inEvents = (tables: Reading, match: string): Found[] =>
  tables.all(
    `SELECT DISTINCT v.issue FROM (SELECT rowid FROM event_words WHERE event_words MATCH ? ORDER BY rowid DESC LIMIT ?) w
      JOIN events e ON e.id = w.rowid JOIN variants v ON v.id = e.variant`,
    ...[match, matchesMax],
  );
