import { type Read, type Recorded, table } from "#kernel";
import * as z from "zod";
import { causesMax, type Entry, type Filter } from "./contract.ts";

export const Config = z.object({}).strict();

/** Finds facts by words, type, actor, time and cause. Personal data stays out of it: there only type and stream are indexed. */
export const entries = table("log.entries", {
  version: 1,
  from: "all",
  schema: `
    CREATE TABLE log_entries (
      position INTEGER PRIMARY KEY, type TEXT NOT NULL, stream TEXT NOT NULL,
      actor TEXT NOT NULL, at INTEGER NOT NULL, cause INTEGER
    );
    CREATE INDEX log_entries_by_type ON log_entries (type, position);
    CREATE INDEX log_entries_by_at ON log_entries (at);
    CREATE INDEX log_entries_by_cause ON log_entries (cause) WHERE cause IS NOT NULL;
    CREATE VIRTUAL TABLE log_entries_words USING fts5 (words, content = '');
  `,
  apply: (tables, { position, event, stream, by, at, cause }, about) => {
    tables.run(
      "INSERT INTO log_entries VALUES (?, ?, ?, ?, ?, ?)",
      position,
      event.type,
      stream,
      by.id,
      at,
      cause ?? null,
    );
    const words = about.personal(event) ? "" : `${about.says(event)} ${JSON.stringify(event.data)}`;
    tables.run(
      "INSERT INTO log_entries_words (rowid, words) VALUES (?, ?)",
      position,
      `${event.type} ${stream} ${by.name ?? by.id} ${words}`,
    );
  },
});

export const asEntry = (read: Read, recorded: Recorded): Entry => {
  const { position, at, by, cause, stream, version, envelope, hash, event } = recorded;
  const says = read.says(event);
  const known = { position, at, type: event.type, says, by, stream, version, envelope, hash };
  return { ...known, data: read.hiding(event).data, ...(cause === undefined ? {} : { cause }) };
};

const facts = (read: Read, positions: readonly number[]): Entry[] =>
  positions.flatMap((position) => {
    const recorded = read.log.at(position);
    return recorded ? [asEntry(read, recorded)] : [];
  });

export function find(
  read: Read,
  filter: z.infer<typeof Filter>,
): { events: Entry[]; more: boolean; head: number } {
  const { where, params } = conditions(filter);
  const from = filter.text
    ? "log_entries_words JOIN log_entries ON log_entries.position = log_entries_words.rowid"
    : "log_entries";
  const rows = read
    .tables(entries)
    .all<{ position: number }>(
      `SELECT log_entries.position FROM ${from} ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY log_entries.position DESC LIMIT ?`,
      ...params,
      filter.limit + 1,
    );
  const positions = rows.slice(0, filter.limit).map((row) => row.position);
  return {
    events: facts(read, positions),
    more: rows.length > filter.limit,
    head: read.log.head(),
  };
}

function conditions(filter: z.infer<typeof Filter>): {
  where: string[];
  params: (string | number)[];
} {
  const where: string[] = [];
  const params: (string | number)[] = [];
  const add = (sql: string, ...values: (string | number)[]): void => {
    where.push(sql);
    params.push(...values);
  };
  if (filter.text) add("log_entries_words MATCH ?", asWords(filter.text));
  if (filter.type && filter.type.length > 0)
    add(
      `(${filter.type.map(() => "type GLOB ?").join(" OR ")})`,
      ...filter.type.map((each) => each.replaceAll(/[[?]/g, "")),
    );
  if (filter.actor) add("actor = ?", filter.actor);
  if (filter.stream) add("stream = ?", filter.stream);
  if (filter.since !== undefined) add("at >= ?", filter.since);
  if (filter.until !== undefined) add("at < ?", filter.until);
  if (filter.before !== undefined) add("log_entries.position < ?", filter.before);
  if (filter.after !== undefined) add("log_entries.position > ?", filter.after);
  return { where, params };
}

/** People type words, not FTS5 syntax: every word must occur, the last may be unfinished. */
const asWords = (text: string): string =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => `"${word}"*`)
    .join(" ") || '""';

export function chain(
  read: Read,
  position: number,
): { event: Entry; causes: Entry[]; effects: Entry[] } | null {
  const recorded = read.log.at(position);
  if (!recorded) return null;
  const causes: Entry[] = [];
  for (let cause = recorded.cause; cause !== undefined && causes.length < causesMax;) {
    const [found] = facts(read, [cause]);
    if (!found) break;
    causes.unshift(found);
    cause = found.cause;
  }
  const rows = read
    .tables(entries)
    .all<{ position: number }>(
      "SELECT position FROM log_entries WHERE cause = ? ORDER BY position LIMIT ?",
      position,
      causesMax,
    );
  return {
    event: asEntry(read, recorded),
    causes,
    effects: facts(
      read,
      rows.map((row) => row.position),
    ),
  };
}

export const countTypes = (read: Read): { type: string; count: number }[] =>
  read
    .tables(entries)
    .all<{ type: string; count: number }>(
      "SELECT type, count(*) AS count FROM log_entries GROUP BY type ORDER BY type",
    );
