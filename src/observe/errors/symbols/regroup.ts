import type { Tables } from "#kernel";
import { tell } from "../intake/findings.ts";
import { recount } from "../intake/fold.ts";
import type { Arrival, Keeping } from "../intake/keep.ts";

const hourMs = 3_600_000;

/** A kept event whose frames a late map put right. */
export type Late = { id: number; variant: number };
type Variant = { id: number; issue: string; near: string; exact: string };

/**
 * Writes a kept event anew and counts it where it belongs now. An issue keeps its number: the first key that comes out of it
 * becomes its key too, and its old key still leads to it. What else was one only because a minifier called it the same becomes an
 * error of its own, and an issue of which nothing is left becomes one with where it went.
 */
export function regroup(tables: Tables, keeping: Keeping, ready: Arrival, late: Late): void {
  const was = tables.get<Variant>(
    "SELECT id, issue, near, exact FROM variants WHERE id = ?",
    late.variant,
  );
  if (!was) return;
  rewrite(tables, keeping, ready, late.id);
  if (was.exact === ready.grouping.exact) return;
  keepIdentity(tables, ready, was);
  const now = keeping.variantOf(tables, ready);
  tables.run("UPDATE events SET variant = ? WHERE id = ?", now.id, late.id);
  uncount(tables, keeping, ready, was.id);
  keeping.recount(tables, ready, now);
  recount(tables, now.issue);
  if (now.issue === was.issue) return;
  recount(tables, was.issue);
  if (!tables.get("SELECT 1 FROM variants WHERE issue = ?", was.issue))
    tell(tables, { kind: "joined", issue: was.issue, into: now.issue });
}

function rewrite(tables: Tables, keeping: Keeping, ready: Arrival, id: number): void {
  const { words } = ready;
  keeping.replaceBody(tables, id, ready);
  tables.run("DELETE FROM event_words WHERE rowid = ?", id);
  if (words !== "") tables.run("INSERT INTO event_words (rowid, text) VALUES (?, ?)", id, words);
}

/** The new key leads to the old issue, unless it leads to one already or another key of that issue came first. */
function keepIdentity(
  tables: Tables,
  { project, grouping, title, culprit }: Arrival,
  was: Variant,
) {
  const { number } = project;
  const { near } = grouping;
  if (tables.get("SELECT 1 FROM nears WHERE project = ? AND near = ?", number, near)) return;
  const claimed = tables.get(
    "UPDATE issues SET near = ?, type = ?, value = ?, culprit = ? WHERE id = ? AND near = ? RETURNING id",
    ...[near, title.type.slice(0, 200), title.value.slice(0, 300), culprit.slice(0, 300)],
    ...[was.issue, was.near],
  );
  // What people put together stays together.
  const isMerged = tables.get(
    "SELECT 1 FROM moves WHERE kind = 'near' AND key = ?",
    `${number}/${was.near}`,
  );
  if (claimed || isMerged)
    tables.run("INSERT INTO nears VALUES (?, ?, ?)", number, near, was.issue);
}

/** Takes an event off what was counted by its variant; a variant of which nothing is left goes. */
function uncount(tables: Tables, keeping: Keeping, { at, tags }: Arrival, variant: number): void {
  const left = tables.get<{ events: number }>(
    "UPDATE variants SET events = events - 1 WHERE id = ? RETURNING events",
    variant,
  );
  if ((left?.events ?? 0) <= 0) {
    for (const table of ["hours", "tags", "people"])
      tables.run(`DELETE FROM ${table} WHERE variant = ?`, variant);
    tables.run("DELETE FROM variant_words WHERE rowid = ?", variant);
    tables.run("DELETE FROM variants WHERE id = ?", variant);
    // Its number may be given again.
    keeping.forget();
    return;
  }
  const hour = Math.floor(at / hourMs);
  tables.run("UPDATE hours SET events = events - 1 WHERE variant = ? AND hour = ?", variant, hour);
  for (const [name, value] of tags)
    tables.run(
      "UPDATE tags SET events = max(0, events - 1) WHERE variant = ? AND name = ? AND value = ?",
      ...[variant, name, value],
    );
  tables.run("DELETE FROM hours WHERE variant = ? AND events <= 0", variant);
  tables.run("DELETE FROM tags WHERE variant = ? AND events <= 0", variant);
}
