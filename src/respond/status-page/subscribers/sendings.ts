import type { Millis, Store } from "#kernel";
import type { News } from "./news.ts";
import { everything, type Kind, ofComponent, ofThread, type Subscriber } from "./roster.ts";

/** One piece of news for one subscriber, not told yet. */
export type Due = {
  post: string;
  tries: number;
  subscriber: Subscriber;
  /** How often this subscriber could not be told in a row, whatever it was, and since when. */
  failures: number;
  failingSince: Millis | null;
};
export type Fate =
  | { state: "told" }
  | { state: "failed"; why: string }
  | { state: "waiting"; due: Millis; why: string };
export type Summary = { post: string; thread: string; made: Millis; total: number };
export type Tally = { told: number; failed: number; waiting: number };

/** Who was told what is known for so long after the last one was. */
const rememberMs = 14 * 86_400_000;
const forgottenTogetherMax = 5_000;
const toldMassMax = 100;

/** News on its way to subscribers: who is to be told is written down at once, then each is ticked off. */
export class Sendings {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  /** Everybody who wants this news and has confirmed; the same post again changes nothing. */
  begin(news: News, now: Millis): Promise<number> {
    const wanted = [everything, ofThread(news.thread), ...news.components.map(ofComponent)];
    return this.#store.write((tables) => {
      if (tables.get("SELECT 1 FROM sendings WHERE post = ?", news.post)) return 0;
      const marks = wanted.map(() => "?").join(", ");
      tables.run(
        `INSERT INTO deliveries SELECT ?, id, kind, 'waiting', ?, 0, NULL FROM subscribers
          WHERE state = 'confirmed' AND id IN (SELECT subscriber FROM wants WHERE what IN (${marks}))`,
        ...[news.post, now, ...wanted],
      );
      const total =
        tables.get<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE post = ?", news.post)
          ?.n ?? 0;
      tables.run(
        "INSERT INTO sendings VALUES (?, ?, ?, ?, ?, NULL)",
        ...[news.post, news.thread, JSON.stringify(news), now, total],
      );
      return total;
    });
  }

  news(post: string): News | undefined {
    const row = this.#store.tables.get<{ news: string }>(
      "SELECT news FROM sendings WHERE post = ?",
      post,
    );
    return row && (JSON.parse(row.news) as News);
  }

  /** Who is to be told now, over this way; `isFailing`: only those that could not be told the last time, or could. */
  due(
    now: Millis,
    of: { kind: Kind; limit: number; isFailing?: boolean; without?: readonly string[] },
  ): Due[] {
    const { kind, limit, isFailing, without = [] } = of;
    const failing = isFailing === undefined ? "" : `AND s.failures ${isFailing ? ">" : "="} 0`;
    return this.#store.tables
      .all<Omit<Due, "subscriber"> & Subscriber>(
        `SELECT d.post, d.tries, s.id, s.kind, s.address, s.language, s.secret, s.state, s.failures, s.failing_since AS failingSince
          FROM deliveries d JOIN subscribers s ON s.id = d.subscriber
          WHERE d.state = 'waiting' AND d.kind = ? AND d.due <= ? ${failing}
            AND d.subscriber NOT IN (${without.map(() => "?").join(", ")})
          ORDER BY d.due LIMIT ?`,
        ...[kind, now, ...without, limit],
      )
      .map(({ post, tries, failures, failingSince, ...subscriber }) => ({
        ...{ post, tries, failures, failingSince, subscriber },
      }));
  }

  /** Many at once: one fsync for a whole batch. Gives those who were to be told nothing more meanwhile: they stay so. */
  settle(fates: readonly [Due, Fate][]): Promise<Due[]> {
    return this.#store.write((tables) => {
      const stopped: Due[] = [];
      for (const [due, fate] of fates) {
        const of = [due.post, due.subscriber.id];
        const ours = "WHERE post = ? AND subscriber = ?";
        const row = tables.get<{ state: string }>(`SELECT state FROM deliveries ${ours}`, ...of);
        if (row?.state !== "waiting") stopped.push(due);
        else
          tables.run(
            `UPDATE deliveries SET state = ?, due = ?, why = ?, tries = tries + 1 ${ours}`,
            ...[fate.state, "due" in fate ? fate.due : 0, "why" in fate ? fate.why : null, ...of],
          );
      }
      return stopped;
    });
  }

  /** What was withdrawn is told to nobody more. Gives whose letters may still wait in the outbox. */
  stop(thread: string): Promise<{ post: string; subscriber: string }[]> {
    const ofThread = "post IN (SELECT post FROM sendings WHERE thread = ? AND ended IS NULL)";
    return this.#store.write((tables) => {
      tables.run(
        `UPDATE deliveries SET state = 'failed', why = 'withdrawn' WHERE state = 'waiting' AND ${ofThread}`,
        thread,
      );
      // Also of those who were not ticked off: a kill may have come between their letter and that.
      return tables.all(
        `SELECT post, subscriber FROM deliveries WHERE kind = 'email'
          AND (state = 'told' OR why = 'withdrawn')
          AND post IN (SELECT post FROM sendings WHERE thread = ?)`,
        thread,
      );
    });
  }

  /** Sendings of which nobody waits any more, and which nobody knows to be over. */
  over(): (Summary & Tally)[] {
    return this.#store.tables
      .all<Summary>(
        `SELECT post, thread, made, total FROM sendings s WHERE ended IS NULL AND NOT EXISTS
          (SELECT 1 FROM deliveries d WHERE d.post = s.post AND d.state = 'waiting')`,
      )
      .map((each) => ({ ...each, ...tallyOf(this.#store.tables, each.post) }));
  }

  end(post: string, now: Millis): Promise<void> {
    return this.#store.write((tables) => {
      tables.run("UPDATE sendings SET ended = ? WHERE post = ?", now, post);
      tables.run(
        `DELETE FROM deliveries WHERE (post, subscriber) IN (SELECT d.post, d.subscriber
          FROM deliveries d JOIN sendings s ON s.post = d.post WHERE s.ended < ? LIMIT ?)`,
        ...[now - rememberMs, forgottenTogetherMax],
      );
      tables.run(
        `DELETE FROM sendings WHERE ended < ? AND NOT EXISTS
          (SELECT 1 FROM deliveries d WHERE d.post = sendings.post)
          AND post NOT IN (SELECT post FROM sendings ORDER BY made DESC LIMIT ?)`,
        ...[now - rememberMs, toldMassMax],
      );
    });
  }
}

export function tallyOf(tables: Store["tables"], post: string): Tally {
  const rows = tables.all<{ state: keyof Tally; n: number }>(
    "SELECT state, count(*) AS n FROM deliveries WHERE post = ? GROUP BY state",
    post,
  );
  return {
    ...{ told: 0, failed: 0, waiting: 0 },
    ...Object.fromEntries(rows.map(({ state, n }) => [state, n])),
  };
}

/** The newest sendings, with how far each is. */
export const lately = (
  tables: Store["tables"],
  limit: number,
): (Summary & Tally & { ended: Millis | null; news: string })[] =>
  tables
    .all<Summary & { ended: Millis | null; news: string }>(
      "SELECT post, thread, made, total, ended, news FROM sendings ORDER BY made DESC LIMIT ?",
      limit,
    )
    .map((each) => ({ ...each, ...tallyOf(tables, each.post) }));
