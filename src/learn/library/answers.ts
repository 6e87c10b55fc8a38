import { answer, type Read } from "#kernel";
import * as z from "zod";
import * as contract from "./contract.ts";
import type { Found, Story } from "./contract.ts";
import { shelf } from "./shelf.ts";
import { allOf, someOf } from "./words.ts";

type Row = { source: string; story: string; broken: string | null; excerpt: string | null };
const excerptChars = 240;
const facetsMax = 40;

function foundOf({ source, story, broken, excerpt }: Row): Found {
  const { links: _links, ...of } = JSON.parse(story) as Story;
  return {
    ...of,
    source,
    excerpt: excerpt ?? of.text.slice(0, excerptChars),
    ...(broken === null ? {} : { brokenLink: broken }),
  };
}

type Asked = z.infer<typeof contract.search.input>;
const empty = { stories: [], total: 0, tags: [], categories: [] };

/** From and where of a search: words, then what narrows it down. */
function conditions({ text, tag, category, source, kind }: Asked): {
  from: string;
  params: string[];
} {
  const words = text === undefined ? undefined : allOf(text);
  const where: [sql: string, value: string | undefined][] = [
    ["w.library_shelf_words MATCH ?", words],
    ["s.rowid IN (SELECT story FROM library_shelf_tags WHERE tag = ?)", tag],
    ["s.category = ?", category],
    ["s.source = ?", source],
    ["s.kind = ?", kind],
  ];
  const used = where.filter((each): each is [string, string] => each[1] !== undefined);
  const tables =
    words === undefined
      ? "library_shelf s"
      : "library_shelf_words w JOIN library_shelf s ON s.rowid = w.rowid";
  const sql = used.map(([each]) => each).join(" AND ");
  return {
    from: `FROM ${tables}${sql ? ` WHERE ${sql}` : ""}`,
    params: used.map(([, value]) => value),
  };
}

export function searchIn(
  read: Pick<Read, "tables">,
  asked: Asked,
): z.infer<typeof contract.search.output> {
  const hasWords = asked.text !== undefined && asked.text.trim() !== "";
  if (hasWords && allOf(asked.text ?? "") === undefined) return empty;
  const { from, params } = conditions(hasWords ? asked : { ...asked, text: undefined });
  const tables = read.tables(shelf);
  const excerpt = hasWords ? "snippet(library_shelf_words, 1, '**', '**', '…', 30)" : "NULL";
  const order = hasWords ? "bm25(library_shelf_words, 4, 1, 2)" : "s.rowid";
  const rows = tables.all<Row>(
    `SELECT s.source, s.story, s.broken, ${excerpt} AS excerpt ${from} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ...[...params, asked.limit, asked.offset],
  );
  const total = tables.get<{ n: number }>(`SELECT count(*) AS n ${from}`, ...params)?.n ?? 0;
  const named = (sql: string) => tables.all<{ name: string; count: number }>(sql, ...params);
  const found = `SELECT s.rowid AS story, s.category ${from}`;
  return {
    stories: rows.map(foundOf),
    total,
    tags: named(
      `SELECT tag AS name, count(*) AS count FROM library_shelf_tags WHERE story IN (SELECT story FROM (${found})) GROUP BY tag ORDER BY 2 DESC, 1 LIMIT ${facetsMax}`,
    ),
    categories: named(
      `SELECT category AS name, count(*) AS count FROM (${found}) GROUP BY category ORDER BY 2 DESC, 1 LIMIT ${facetsMax}`,
    ),
  };
}

function similarTo(
  read: Pick<Read, "tables">,
  { text, limit }: z.infer<typeof contract.similar.input>,
): z.infer<typeof contract.similar.output> {
  const words = someOf(text);
  if (words === undefined) return { stories: [] };
  const rows = read.tables(shelf).all<Row>(
    `SELECT s.source, s.story, s.broken, snippet(library_shelf_words, 1, '**', '**', '…', 30) AS excerpt
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
      .get<Row>("SELECT source, story, broken FROM library_shelf WHERE id = ? LIMIT 1", id);
    if (!row) return { story: null };
    const story = { ...(JSON.parse(row.story) as Story), source: row.source };
    return { story: row.broken === null ? story : { ...story, brokenLink: row.broken } };
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
