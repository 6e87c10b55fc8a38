import { answer, type Read, type Tables } from "#kernel";
import * as z from "zod";
import * as contract from "./contract.ts";
import type { Found, Story } from "./contract.ts";
import { shelf } from "./shelf.ts";
import { allOf, someOf } from "./words.ts";

type Row = {
  source: string;
  story: string;
  broken: string | null;
  excerpt: string | null;
  checked: number | null;
};
/** When the links of a story's collection were last looked at. */
const checkedAt =
  "(SELECT checked_at FROM library_shelf_sources f WHERE f.source = s.source) AS checked";
const excerptChars = 240;
const facetsMax = 40;

const linkOf = ({ broken, checked }: Row): { brokenLink?: string; checkedAt?: number } => ({
  ...(broken === null ? {} : { brokenLink: broken }),
  ...(checked === null ? {} : { checkedAt: checked }),
});

function foundOf(row: Row): Found {
  const { source, story, excerpt } = row;
  const { links: _links, ...of } = JSON.parse(story) as Story;
  return {
    ...of,
    source,
    excerpt: excerpt ?? of.text.slice(0, excerptChars),
    ...linkOf(row),
  };
}

type Asked = z.infer<typeof contract.search.input>;
const empty = { stories: [], total: 0, tags: [], categories: [] };

type Condition = [sql: string, ...values: string[]];

/** What narrows a search down besides its words. */
function narrowing({ tag, category, source, kind }: Asked): Condition[] {
  const found: [sql: string, value: string | undefined][] = [
    ["s.rowid IN (SELECT story FROM library_shelf_tags WHERE tag = ?)", tag],
    ["s.category = ?", category],
    ["s.source = ?", source],
    ["s.kind = ?", kind],
  ];
  return found.filter((each): each is [string, string] => each[1] !== undefined);
}

type Words = { match: string; isTelling: boolean } | undefined;
const wordsOf = (text: string | undefined): Words => {
  const match = text === undefined ? undefined : allOf(text);
  // One letter begins nearly everything: to rank all of it would tell nobody anything.
  return match === undefined ? undefined : { match, isTelling: (text ?? "").trim().length > 1 };
};

type Meant = { sql: string; rank: string; params: string[] };

/** The rows that are meant, and how they rank: words are looked up by their index. */
function meant(words: Words, asked: Asked): Meant {
  const conditions = narrowing(asked);
  const where = conditions.map(([sql]) => sql).join(" AND ");
  const params = conditions.flatMap(([, ...values]) => values);
  if (words === undefined)
    return {
      ...{ sql: `SELECT s.rowid AS story FROM library_shelf s${where ? ` WHERE ${where}` : ""}` },
      ...{ rank: "0", params },
    };
  const narrowed = where
    ? ` AND w.rowid IN (SELECT s.rowid FROM library_shelf s WHERE ${where})`
    : "";
  return {
    sql: `SELECT w.rowid AS story FROM library_shelf_words w WHERE w.library_shelf_words MATCH ?${narrowed}`,
    rank: words.isTelling ? "bm25(library_shelf_words, 4, 1, 2)" : "0",
    params: [words.match, ...params],
  };
}

type Named = { name: string; count: number };

/** How many stories are meant, and of what they are: the most frequent names first. */
function countsOf(
  tables: Tables,
  { sql, params, isAll }: { sql: string; params: readonly string[]; isAll: boolean },
): { total: number; tags: Named[]; categories: Named[] } {
  const named = (name: string, table: string, row: string): Named[] =>
    tables.all<Named>(
      // Of everything the indices know it already.
      `SELECT ${name} AS name, count(*) AS count FROM ${table}${isAll ? "" : ` WHERE ${row} IN (${sql})`}
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${facetsMax}`,
      ...(isAll ? [] : params),
    );
  return {
    total: tables.get<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`, ...params)?.n ?? 0,
    tags: named("tag", "library_shelf_tags", "story"),
    categories: named(
      "category",
      "library_shelf INDEXED BY library_shelf_by_category",
      "library_shelf.rowid",
    ),
  };
}

export function searchIn(
  read: Pick<Read, "tables">,
  asked: Asked,
): z.infer<typeof contract.search.output> {
  const hasWords = asked.text !== undefined && asked.text.trim() !== "";
  const words = wordsOf(asked.text);
  if (hasWords && words === undefined) return empty;
  const tables = read.tables(shelf);
  const { sql, rank, params } = meant(words, asked);
  const page = tables.all<{ story: number }>(
    `${sql.replace("AS story", `AS story, ${rank} AS rank`)} ORDER BY rank, story LIMIT ? OFFSET ?`,
    ...[...params, asked.limit, asked.offset],
  );
  const isAll = words === undefined && params.length === 0;
  return {
    stories: shownOf(tables, { ids: page.map(({ story }) => story), words }),
    ...countsOf(tables, { sql, params, isAll }),
  };
}

/** The stories of one page, with the place where the words stand. */
function shownOf(tables: Tables, of: { ids: readonly number[]; words: Words }): Found[] {
  const { ids, words } = of;
  if (ids.length === 0) return [];
  const these = ids.map(() => "?").join(", ");
  const columns = `s.rowid AS row, s.source, s.story, s.broken, ${checkedAt}`;
  const rows =
    words === undefined
      ? tables.all<Row & { row: number }>(
          `SELECT ${columns}, NULL AS excerpt FROM library_shelf s WHERE s.rowid IN (${these})`,
          ...ids,
        )
      : tables.all<Row & { row: number }>(
          `SELECT ${columns}, snippet(library_shelf_words, 1, '**', '**', '…', 30) AS excerpt
           FROM library_shelf_words w JOIN library_shelf s ON s.rowid = w.rowid
           WHERE w.library_shelf_words MATCH ? AND w.rowid IN (${these})`,
          ...[words.match, ...ids],
        );
  const byRow = new Map(rows.map((each) => [each.row, each]));
  return ids.flatMap((id) => byRow.get(id) ?? []).map(foundOf);
}

function similarTo(
  read: Pick<Read, "tables">,
  { text, limit }: z.infer<typeof contract.similar.input>,
): z.infer<typeof contract.similar.output> {
  const words = someOf(text);
  if (words === undefined) return { stories: [] };
  const rows = read.tables(shelf).all<Row>(
    `SELECT s.source, s.story, s.broken, ${checkedAt}, snippet(library_shelf_words, 1, '**', '**', '…', 30) AS excerpt
     FROM library_shelf_words w JOIN library_shelf s ON s.rowid = w.rowid
     WHERE w.library_shelf_words MATCH ? AND s.kind != 'note' ORDER BY bm25(library_shelf_words, 2, 1, 3) LIMIT ?`,
    ...[words, limit],
  );
  return { stories: rows.map(foundOf) };
}

type SourceRow = {
  source: string;
  place: string;
  checked_at: number | null;
  stories: number;
  broken: number;
};

export const answers = [
  answer(contract.search, (read, asked) => searchIn(read, asked)),
  answer(contract.similar, (read, asked) => similarTo(read, asked)),
  answer(contract.one, (read, { id }) => {
    const row = read
      .tables(shelf)
      .get<Row>(
        `SELECT s.source, s.story, s.broken, ${checkedAt} FROM library_shelf s WHERE s.id = ? LIMIT 1`,
        id,
      );
    if (!row) return { story: null };
    return {
      story: { ...(JSON.parse(row.story) as Story), source: row.source, ...linkOf(row) },
    };
  }),
  answer(contract.sources, (read) => ({
    sources: read
      .tables(shelf)
      .all<SourceRow>(
        `SELECT f.source, f.place, f.checked_at, count(s.rowid) AS stories, count(s.broken) AS broken
         FROM library_shelf_sources f LEFT JOIN library_shelf s ON s.source = f.source GROUP BY f.source ORDER BY f.source`,
      )
      .map(({ source, place, checked_at, stories, broken }) => ({
        ...{ source, from: place, stories, brokenLinks: broken, checkedAt: checked_at },
      })),
  })),
];
