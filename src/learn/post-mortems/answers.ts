import { answer, type Read } from "#kernel";
import { allTemplates, type Config } from "./config.ts";
import * as contract from "./contract.ts";
import type { Doc } from "./doc.ts";
import { examOf, factsOf, lengthsIn } from "./exam.ts";
import { rowsOf } from "./rows.ts";
import { docOf, headsIn, shelf } from "./shelf.ts";

/** People type words, not FTS5's syntax: each must occur, the last may be unfinished. */
function matchOf(text: string): string | undefined {
  const words =
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu)
      ?.slice(0, 24) ?? [];
  if (words.length === 0) return undefined;
  const isBegun = /[\p{L}\p{N}]$/u.test(text);
  return `${words.map((word) => `"${word}"`).join(" ")}${isBegun ? "*" : ""}`;
}

/** A document with what the log says about it now. */
export async function wholeOf(
  read: Pick<Read, "ask" | "log" | "now" | "changes">,
  doc: Doc,
): Promise<contract.PostMortem> {
  if (doc.imported) return doc.imported;
  const { rows, isCut } = await rowsOf(read, doc);
  const exam = examOf({ doc, facts: factsOf(read, doc.incident, rows), now: read.now });
  const { fingerprint: _f, answers: _a, rows: _r, imported: _i, ...of } = doc;
  return { ...of, rows, isCut, exam, lengths: lengthsIn(doc) };
}

export const answers = [
  answer(contract.list, (read, { text, state, service, incident, limit }) => {
    const match = text === undefined || text.trim() === "" ? undefined : (matchOf(text) ?? '""');
    const where: [sql: string, value: string | undefined][] = [
      ["w.post_mortems_shelf_words MATCH ?", match],
      ["s.state = ?", state],
      ["s.incident = ?", incident],
      ["EXISTS (SELECT 1 FROM json_each(s.head, '$.services') WHERE value = ?)", service],
    ];
    const used = where.filter((each): each is [string, string] => each[1] !== undefined);
    const from = match
      ? "post_mortems_shelf_words w JOIN post_mortems_shelf s ON s.rowid = w.rowid"
      : "post_mortems_shelf s";
    const order = match ? "bm25(post_mortems_shelf_words, 4, 1)" : "s.started_at DESC";
    const sql = `SELECT s.head FROM ${from}${used.length > 0 ? ` WHERE ${used.map(([each]) => each).join(" AND ")}` : ""} ORDER BY ${order} LIMIT ?`;
    const found = headsIn(read.tables(shelf), sql, ...used.map(([, value]) => value), limit + 1);
    return { at: read.now, postMortems: found.slice(0, limit), more: found.length > limit };
  }),
  answer(contract.show, async (read, { postMortem }) => {
    const doc = docOf(read, postMortem);
    return { at: read.now, postMortem: doc ? await wholeOf(read, doc) : null };
  }),
  answer(contract.versions, (read, { postMortem, section }) => ({
    versions: read
      .tables(shelf)
      .all<{ version: number; at: number; by: string; text: string }>(
        "SELECT version, at, by, text FROM post_mortems_shelf_versions WHERE id = ? AND section = ? ORDER BY version DESC",
        ...[postMortem, section],
      )
      .map(({ by, ...each }) => ({ ...each, by: JSON.parse(by) as contract.Written["by"] })),
  })),
  answer(contract.templates, (read: Read<Config>) => ({
    templates: Object.entries(allTemplates(read.config)).map(([name, { about, sections }]) => ({
      ...{ name, about, sections: [...sections] },
    })),
  })),
];
