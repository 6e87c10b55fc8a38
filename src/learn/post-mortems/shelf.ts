import { ERASED, type Read, table, type Tables } from "#kernel";
import { erased } from "../../platform/privacy/contract.ts";
import { type Head, postMortemFacts } from "./contract.ts";
import { type Doc, duesOf, folded, headOf, wordsOf } from "./doc.ts";
import type { PostMortemEvent } from "./post-mortem.ts";

/** Every post-mortem, how each section was written, and the words in them. */
export const shelf = table("post-mortems.shelf", {
  from: [...postMortemFacts, erased],
  schema: `
    CREATE TABLE post_mortems_shelf (
      rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident TEXT NOT NULL, state TEXT NOT NULL,
      fingerprint TEXT, started_at INTEGER NOT NULL, due_at INTEGER, head TEXT NOT NULL, doc TEXT NOT NULL
    );
    CREATE TABLE post_mortems_shelf_versions (
      id TEXT NOT NULL, section TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL,
      PRIMARY KEY (id, section, version)
    ) WITHOUT ROWID;
    CREATE VIRTUAL TABLE post_mortems_shelf_words USING fts5 (title, text, tokenize = 'unicode61 remove_diacritics 2');
  `,
  apply: (tables, { event, at, by }) => {
    if (event.type === "privacy.erased") return forget(tables, event.data.subject);
    const doc = folded(docIn(tables, event.data.postMortem), event, { at, by });
    if (!doc) return;
    keep(tables, doc);
    keepVersion(tables, event, { at, by: JSON.stringify(by) });
  },
});

/** Older versions of a section stay in the log; so many can be looked at without asking it. */
const versionsMax = 100;

function keepVersion(
  tables: Tables,
  { type, data }: PostMortemEvent,
  { at, by }: { at: number; by: string },
): void {
  const sql = "INSERT OR REPLACE INTO post_mortems_shelf_versions VALUES (?, ?, ?, ?, ?, ?)";
  if (type === "post-mortems.drafted") {
    for (const { id, text } of data.sections)
      if (text !== "") tables.run(sql, data.postMortem, id, 0, at, by, text);
  } else if (type === "post-mortems.written") {
    const { postMortem, section, version, text } = data;
    tables.run(sql, postMortem, section, version, at, by, text);
    tables.run(
      "DELETE FROM post_mortems_shelf_versions WHERE id = ? AND section = ? AND version <= ?",
      ...[postMortem, section, version - versionsMax],
    );
  }
}

export const docIn = (tables: Tables, id: string): Doc | undefined => {
  const row = tables.get<{ doc: string }>("SELECT doc FROM post_mortems_shelf WHERE id = ?", id);
  return row && (JSON.parse(row.doc) as Doc);
};
export const docOf = (read: Pick<Read, "tables">, id: string): Doc | undefined =>
  docIn(read.tables(shelf), id);

/** The earliest date that is still to be kept. */
const dueFirst = (doc: Doc): number | null => {
  const dates = duesOf(doc).map(({ dueAt }) => dueAt);
  return dates.length === 0 ? null : Math.min(...dates);
};

function keep(tables: Tables, doc: Doc): void {
  const { postMortem, incident, state, fingerprint, startedAt, title } = doc;
  tables.run(
    `INSERT INTO post_mortems_shelf (id, incident, state, fingerprint, started_at, due_at, head, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET incident = excluded.incident, state = excluded.state, fingerprint = excluded.fingerprint,
       started_at = excluded.started_at, due_at = excluded.due_at, head = excluded.head, doc = excluded.doc`,
    ...[postMortem, incident, state, fingerprint, startedAt, dueFirst(doc)],
    ...[JSON.stringify(headOf(doc)), JSON.stringify(doc)],
  );
  const row = tables.get<{ rowid: number }>(
    "SELECT rowid FROM post_mortems_shelf WHERE id = ?",
    postMortem,
  );
  tables.run("DELETE FROM post_mortems_shelf_words WHERE rowid = ?", row?.rowid ?? 0);
  tables.run(
    "INSERT INTO post_mortems_shelf_words (rowid, title, text) VALUES (?, ?, ?)",
    ...[row?.rowid ?? 0, `${postMortem} ${incident} ${title}`, wordsOf(doc)],
  );
}

/** The key is gone, so what lies here in clear goes too: a post-mortem's text, or what a person commented. */
function forget(tables: Tables, subject: string): void {
  const doc = docIn(tables, subject);
  if (doc?.imported) {
    // Nothing but another Castor's text: without it there is nothing to show.
    tables.run(
      "DELETE FROM post_mortems_shelf_words WHERE rowid = (SELECT rowid FROM post_mortems_shelf WHERE id = ?)",
      subject,
    );
    tables.run("DELETE FROM post_mortems_shelf WHERE id = ?", subject);
    return;
  }
  if (doc) {
    keep(tables, withoutText(doc));
    tables.run("UPDATE post_mortems_shelf_versions SET text = ? WHERE id = ?", ERASED, subject);
    return;
  }
  const theirs = tables.all<{ doc: string }>(
    "SELECT doc FROM post_mortems_shelf WHERE instr(doc, ?) > 0",
    JSON.stringify(subject),
  );
  for (const { doc: text } of theirs) {
    const found = JSON.parse(text) as Doc;
    const comments = found.comments.map((each) =>
      each.by.id === subject ? { ...each, text: ERASED } : each,
    );
    keep(tables, { ...found, comments });
  }
}

function withoutText(doc: Doc): Doc {
  const rows = Object.entries(doc.rows).map(([position, { isShown, annotation }]) => [
    position,
    { isShown, ...(annotation === undefined ? {} : { annotation: ERASED }) },
  ]);
  const answers = Object.entries(doc.answers).map(([criterion, answer]) => [
    criterion,
    answer && { ...answer, says: ERASED },
  ]);
  return {
    ...doc,
    sections: doc.sections.map((each) => ({ ...each, text: ERASED })),
    graph: {
      ...doc.graph,
      factors: doc.graph.factors.map((each) => ({ ...each, text: ERASED })),
    },
    rows: Object.fromEntries(rows) as Doc["rows"],
    answers: Object.fromEntries(answers) as Doc["answers"],
  };
}

export const headsIn = (tables: Tables, sql: string, ...params: (string | number)[]): Head[] =>
  tables.all<{ head: string }>(sql, ...params).map(({ head }) => JSON.parse(head) as Head);

/** Those with a date that comes before then and is still to be kept. */
export const dueBefore = (read: Pick<Read, "tables">, at: number): Doc[] =>
  read
    .tables(shelf)
    .all<{ doc: string }>("SELECT doc FROM post_mortems_shelf WHERE due_at <= ?", at)
    .map(({ doc }) => JSON.parse(doc) as Doc);
