import type { Event, Millis, Store, StoreDef } from "#kernel";
import type * as z from "zod";
import type { Letter, now } from "./contract.ts";

/** That a letter was sent is known for so long, without what it said and to whom. */
const rememberMs = 30 * 86_400_000;
const forgottenTogetherMax = 1_000;

export const outboxStore: StoreDef = {
  name: "mail",
  migrations: [
    `CREATE TABLE letters (
      id TEXT PRIMARY KEY, purpose TEXT NOT NULL, urgent INTEGER NOT NULL, letter TEXT,
      made INTEGER NOT NULL, until INTEGER NOT NULL, due INTEGER NOT NULL, tries INTEGER NOT NULL,
      state TEXT NOT NULL, ended INTEGER, why TEXT, fact TEXT
    ) STRICT;
    CREATE INDEX letters_waiting ON letters (urgent DESC, due) WHERE state = 'waiting';
    CREATE INDEX letters_by_until ON letters (until) WHERE state = 'waiting';
    CREATE INDEX letters_failed ON letters (ended) WHERE state = 'failed';
    CREATE INDEX letters_by_end ON letters (ended) WHERE ended IS NOT NULL;
    CREATE INDEX letters_to_tell ON letters (id) WHERE fact IS NOT NULL;`,
    // Counting those that wait, at each new one of ten thousand, would cost more than sending them.
    `CREATE TABLE waiting (n INTEGER NOT NULL) STRICT;
    INSERT INTO waiting SELECT count(*) FROM letters WHERE state = 'waiting';
    CREATE TRIGGER letter_waits AFTER INSERT ON letters WHEN new.state = 'waiting'
      BEGIN UPDATE waiting SET n = n + 1; END;
    CREATE TRIGGER letter_ends AFTER UPDATE OF state ON letters
      WHEN old.state = 'waiting' AND new.state <> 'waiting'
      BEGIN UPDATE waiting SET n = n - 1; END;`,
  ],
};

type Row = { id: string; letter: string; made: Millis; until: Millis; tries: number };
/** A letter that waits. */
export type Waiting = Omit<Row, "letter"> & { letter: Letter };
type End = "accepted" | "failed" | "cancelled";

/** The letters that wait, and what is known of those that are gone. One letter is at most one row, whatever happens. */
export class Outbox {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  /** False where too many wait. Known letters stay as they are. */
  put(letter: Letter, of: { now: Millis; until: Millis; max: number }): Promise<boolean> {
    return this.#store.write((tables) => {
      if (tables.get("SELECT 1 FROM letters WHERE id = ?", letter.id)) return true;
      const { n = 0 } = tables.get<{ n: number }>("SELECT n FROM waiting") ?? {};
      if (n >= of.max) return false;
      tables.run(
        "INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'waiting', NULL, NULL, NULL)",
        ...[letter.id, letter.purpose, letter.isUrgent ? 1 : 0, JSON.stringify(letter)],
        ...[of.now, of.until, of.now],
      );
      return true;
    });
  }

  /** The next letter to try that nobody has in hand, urgent ones first. */
  next(
    now: Millis,
    { onlyUrgent = false, inHand }: { onlyUrgent?: boolean; inHand?: ReadonlySet<string> } = {},
  ): Waiting | undefined {
    const rows = this.#store.tables.all<Row>(
      `SELECT id, letter, made, until, tries FROM letters
        WHERE state = 'waiting' AND due <= ? AND urgent >= ? ORDER BY urgent DESC, due LIMIT ?`,
      ...[now, onlyUrgent ? 1 : 0, 1 + (inHand?.size ?? 0)],
    );
    const row = rows.find(({ id }) => !inHand?.has(id));
    return row && { ...row, letter: JSON.parse(row.letter) as Letter };
  }

  /** No letter waits, and no fact is to be told. */
  isDone(): boolean {
    const { tables } = this.#store;
    const { n = 0 } = tables.get<{ n: number }>("SELECT n FROM waiting") ?? {};
    return n === 0 && this.untold(1).length === 0;
  }

  purposeOf(id: string): string | undefined {
    return this.#store.tables.get<{ purpose: string }>(
      "SELECT purpose FROM letters WHERE id = ?",
      id,
    )?.purpose;
  }

  /** Letters whose time ran out. */
  late(now: Millis, limit: number): Waiting[] {
    return this.#store.tables
      .all<Row>(
        `SELECT id, letter, made, until, tries FROM letters
          WHERE state = 'waiting' AND until <= ? LIMIT ?`,
        ...[now, limit],
      )
      .map((row) => ({ ...row, letter: JSON.parse(row.letter) as Letter }));
  }

  /** What it said and to whom is forgotten; the fact waits here until it is in the log. False where it had ended before. */
  end(
    id: string,
    of: { as: End; now: Millis; why?: string; tries?: number; fact?: Event },
  ): Promise<boolean> {
    return this.#store.write((tables) => {
      const isThere = tables.get("SELECT 1 FROM letters WHERE id = ? AND state = 'waiting'", id);
      if (!isThere) return false;
      tables.run(
        `UPDATE letters SET state = ?, ended = ?, why = ?, tries = coalesce(?, tries), letter = NULL,
          fact = coalesce(?, fact) WHERE id = ?`,
        ...[of.as, of.now, of.why ?? null, of.tries ?? null],
        ...[of.fact ? JSON.stringify(of.fact) : null, id],
      );
      tables.run(
        `DELETE FROM letters WHERE id IN
          (SELECT id FROM letters WHERE ended < ? AND fact IS NULL ORDER BY ended LIMIT ?)`,
        ...[of.now - rememberMs, forgottenTogetherMax],
      );
      return true;
    });
  }

  /** It is tried again at `due`. */
  postpone(id: string, of: { due: Millis; why: string; fact?: Event }): Promise<void> {
    return this.#store.write((tables) =>
      tables.run(
        `UPDATE letters SET tries = tries + 1, due = ?, why = ?, fact = coalesce(?, fact)
          WHERE id = ? AND state = 'waiting'`,
        ...[of.due, of.why, of.fact ? JSON.stringify(of.fact) : null, id],
      ),
    );
  }

  /** Facts that are not in the log yet. */
  untold(limit: number): { id: string; fact: Event }[] {
    return this.#store.tables
      .all<{ id: string; fact: string }>(
        "SELECT id, fact FROM letters WHERE fact IS NOT NULL LIMIT ?",
        limit,
      )
      .map(({ id, fact }) => ({ id, fact: JSON.parse(fact) as Event }));
  }

  /** The fact is in the log; one that came meanwhile stays. */
  told(id: string, fact: Event): Promise<void> {
    return this.#store.write((tables) =>
      tables.run(
        "UPDATE letters SET fact = NULL WHERE id = ? AND fact = ?",
        id,
        JSON.stringify(fact),
      ),
    );
  }
}

type Tables = Store["tables"];
type Picture = z.infer<(typeof now)["output"]>;

/** How the letters stand whose ids begin so. */
export function progressOf(tables: Tables, prefix: string): Record<string, number> {
  const rows = tables.all<{ state: string; n: number }>(
    "SELECT state, count(*) AS n FROM letters WHERE id >= ? AND id < ? GROUP BY state",
    ...[prefix, `${prefix}\u{10ffff}`],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** What is shown of the outbox. */
export function pictureOf(tables: Tables): Omit<Picture, "server" | "from" | "trouble"> {
  const waiting = tables.get<{ n: number; since: Millis | null }>(
    "SELECT count(*) AS n, min(made) AS since FROM letters WHERE state = 'waiting'",
  );
  const accepted = tables.get<{ at: Millis }>(
    `SELECT ended AS at FROM letters WHERE ended IS NOT NULL AND state = 'accepted'
      ORDER BY ended DESC LIMIT 1`,
  );
  const failures = tables.all<{ purpose: string; at: Millis; why: string }>(
    `SELECT purpose, ended AS at, coalesce(why, '') AS why FROM letters
      WHERE state = 'failed' ORDER BY ended DESC LIMIT 10`,
  );
  return {
    waiting: waiting?.n ?? 0,
    waitingSince: waiting?.since ?? null,
    lastAcceptedAt: accepted?.at ?? null,
    failures,
  };
}
