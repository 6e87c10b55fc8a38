import { hash32, type Tables } from "#kernel";
import { algorithm } from "../group/group.ts";
import { noteRelease } from "../releases/seen.ts";
import { Bodies } from "./bodies.ts";
import { comeAgain } from "./comes-again.ts";
import { issueOf } from "./open-issue.ts";
import type { Project } from "./projects.ts";
import type { Ready } from "./ready.ts";
import { Sketches } from "./sketches.ts";
import { Tags } from "./tags.ts";

const hourMs = 3_600_000;
const variantsMax = 500;

type Variant = { id: number; issue: string; events: number };

/** An event with whose it is. */
export type Arrival = Ready & { project: Project };
/** What was kept of an event; `duplicate` when it had come before. */
export type Kept = { issue: string; duplicate: boolean };

/** Writes worked-on events; runs within a transaction of the store, which ends with `settle`. */
export class Keeping {
  readonly #sketches = new Sketches();
  readonly #tags = new Tags();
  readonly #bodies = new Bodies();

  /** One event into all tables, once. */
  keep(tables: Tables, ready: Arrival): Kept {
    const { project, id } = ready;
    const bytes = Buffer.from(id, "hex");
    const before = tables.get<{ variant: number }>(
      "SELECT variant FROM events WHERE event = ? AND project = ?",
      bytes,
      project.number,
    );
    if (before) {
      const issue = tables.get<{ issue: string }>(
        "SELECT issue FROM variants WHERE id = ?",
        before.variant,
      );
      return { issue: issue?.issue ?? "", duplicate: true };
    }
    const variant = this.variantOf(tables, ready);
    const isRare = this.#tags.note(tables, variant.id, ready.tags);
    const nth = variant.events + 1;
    const row = insertEvent(tables, ready, {
      bytes,
      variant: variant.id,
      score: worth(nth, isRare),
    });
    this.#bodies.keep(tables, row, ready);
    this.#count(tables, ready, variant);
    this.#countIssue(tables, ready, variant.issue, row);
    return { issue: variant.issue, duplicate: false };
  }

  /** An event that was counted elsewhere before, with its tags. */
  recount(tables: Tables, ready: Arrival, variant: Variant): void {
    this.#tags.note(tables, variant.id, ready.tags);
    this.#count(tables, ready, variant);
    this.settle(tables);
  }

  /** Another body for an event that is kept. */
  replaceBody(tables: Tables, event: number, ready: Arrival): void {
    this.#bodies.remove(tables, event);
    this.#bodies.keep(tables, event, ready);
    this.settle(tables);
  }

  /** An event goes, to make room; its counts stay. */
  remove(tables: Tables, event: number): void {
    tables.run(
      "DELETE FROM attachments WHERE (event, project) IN (SELECT event, project FROM events WHERE id = ?)",
      event,
    );
    tables.run("DELETE FROM unmapped WHERE event = ?", event);
    tables.run("DELETE FROM event_words WHERE rowid = ?", event);
    this.#bodies.remove(tables, event);
    tables.run("DELETE FROM events WHERE id = ?", event);
  }

  /** Writes what was only noted; at the end of each transaction. */
  settle(tables: Tables): void {
    this.#sketches.settle(tables);
    this.#tags.settle(tables);
    this.#bodies.settle(tables);
  }

  /** A transaction did not happen: what was noted in memory is no longer what is on disk. */
  forget(): void {
    this.#sketches.forget();
    this.#tags.forget();
    this.#bodies.forget();
  }

  /** The way in which it happens; made, with its issue, where it is new. */
  variantOf(tables: Tables, ready: Arrival): Variant {
    const { grouping, project, at, culprit } = ready;
    const find = "SELECT id, issue, events FROM variants WHERE project = ? AND exact = ?";
    const known = tables.get<Variant>(find, project.number, grouping.exact);
    if (known) return known;
    const issue = issueOf(tables, ready);
    const { count } = tables.get<{ count: number }>(
      "SELECT count(*) AS count FROM variants WHERE issue = ? AND algorithm = ?",
      ...[issue, algorithm.version],
    ) ?? { count: 0 };
    // An issue that happens in a new way each time has one variant for all that are beyond the limit.
    const exact = count < variantsMax ? grouping.exact : `other of ${issue}`;
    const other =
      exact === grouping.exact ? undefined : tables.get<Variant>(find, project.number, exact);
    if (other) return other;
    tables.run(
      "INSERT INTO variants (project, exact, near, algorithm, issue, why, culprit, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[project.number, exact, grouping.near, algorithm.version, issue],
      ...[grouping.why.slice(0, 500), culprit.slice(0, 300), at, at],
    );
    const made = tables.get<Variant>(find, project.number, exact);
    if (!made) throw new Error("A variant that was written is not there.");
    tables.run("INSERT INTO variant_words (rowid, text) VALUES (?, ?)", made.id, ready.sharedWords);
    return made;
  }

  #count(tables: Tables, { at, user, project }: Arrival, variant: Variant): void {
    if (user !== undefined)
      this.#sketches.note(tables, variant.id, hash32(`${project.number}/${user}`));
    tables.run(
      "UPDATE variants SET events = events + 1, first_at = min(first_at, ?), last_at = max(last_at, ?) WHERE id = ?",
      ...[at, at, variant.id],
    );
    tables.run(
      "INSERT INTO hours VALUES (?, ?, 1) ON CONFLICT (variant, hour) DO UPDATE SET events = events + 1",
      ...[variant.id, Math.floor(at / hourMs)],
    );
  }

  #countIssue(tables: Tables, ready: Arrival, issue: string, event: number): void {
    const { at } = ready;
    const release = ready.release ?? null;
    const now = tables.get<{ state: string }>(
      `UPDATE issues SET events = events + 1, first_at = min(first_at, ?1), last_at = max(last_at, ?1),
        first_event = coalesce(first_event, ?2), last_event = ?2,
        first_release = coalesce(first_release, ?3), last_release = coalesce(?3, last_release) WHERE id = ?4 RETURNING state`,
      ...[at, event, release, issue],
    );
    if (now?.state !== "resolved" && now?.state !== "snoozed") return;
    // A snooze may wait for users.
    this.#sketches.settle(tables);
    comeAgain(tables, ready, issue);
  }
}

function insertEvent(
  tables: Tables,
  { project, release, environment, at, received, words, user, lacks }: Arrival,
  of: { bytes: Uint8Array; variant: number; score: number },
): number {
  const row = tables.get<{ id: number }>(
    `INSERT INTO events (event, project, variant, at, received, release, environment, score, person)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    ...[of.bytes, project.number, of.variant, at, received],
    ...[release ?? null, environment ?? null, of.score],
    user === undefined ? null : hash32(`${project.number}/${user}`),
  );
  if (!row) throw new Error("An event that was written is not there.");
  if (words !== "")
    tables.run("INSERT INTO event_words (rowid, text) VALUES (?, ?)", row.id, words);
  for (const key of lacks)
    tables.run("INSERT OR IGNORE INTO unmapped VALUES (?, ?, ?)", project.number, key, row.id);
  if (release !== undefined) noteRelease(tables, project, { release, at: received, environment });
  return row.id;
}

/**
 * How much an occurrence is worth keeping when room is short, in tenths: the nth of many counts less, except that each second,
 * fourth, eighth … one outlives its neighbours. So an issue thins out evenly, and one that is rare keeps all it has.
 */
export function worth(nth: number, isRare: boolean): number {
  const trailingZeros = 31 - Math.clz32(nth & -nth);
  return Math.round(10 * (trailingZeros - Math.log2(nth))) + (isRare ? 30 : 0);
}
