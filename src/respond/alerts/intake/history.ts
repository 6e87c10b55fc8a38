import type { Millis, Store, Tables } from "#kernel";
import type { Alert } from "../model/alert.ts";

const rowsMax = 1_000_000;
const keptMs = 90 * 86_400_000;
const pageRows = 500;
/** Of a page; one alert alone is always given. */
const pageCharsMax = 1_000_000;

/** An alert as it was said to begin or to end. */
export type Past = { at: Millis; row: number; alert: Alert };

/** One row for each beginning and each end, however often it was said. */
export class History {
  readonly #store: Store;
  /** When the last turn was that was written of each alert that is open. */
  #written = new WeakMap<object, Millis>();

  constructor(store: Store) {
    this.#store = store;
  }

  keep(tables: Tables, alert: Alert, at: Millis): void {
    // The labels are one object as long as the alert is known.
    const { labels, fingerprint } = alert;
    if (this.#written.get(labels) === at) return;
    const last = tables.get<{ at: number }>(
      "SELECT at FROM history WHERE fingerprint = ? ORDER BY id DESC LIMIT 1",
      fingerprint,
    );
    if (last?.at !== at)
      tables.run(
        "INSERT INTO history (at, fingerprint, alert) VALUES (?, ?, ?)",
        ...[at, fingerprint, JSON.stringify(alert)],
      );
    this.#written.set(labels, at);
  }

  /** What was kept last may not have been written. */
  doubt(): void {
    this.#written = new WeakMap();
  }

  forget(tables: Tables, now: Millis): void {
    tables.run("DELETE FROM history WHERE at < ?", now - keptMs);
    tables.run("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?", rowsMax);
  }

  page({
    from,
    to,
    after: [at, row],
  }: {
    from: Millis;
    to: Millis;
    after: readonly [at: Millis, row: number];
  }): Past[] {
    let chars = 0;
    return this.#store.tables
      .all<{ id: number; at: number; alert: string }>(
        `SELECT id, at, alert FROM history
          WHERE at >= ?1 AND at < ?2 AND (at, id) > (?3, ?4) ORDER BY at, id LIMIT ?5`,
        ...[from, to, at, row, pageRows],
      )
      .filter(({ alert }, nth) => {
        chars += alert.length;
        return nth === 0 || chars <= pageCharsMax;
      })
      .map(({ id, at: then, alert }) => ({
        ...{ at: then, row: id, alert: JSON.parse(alert) as Alert },
      }));
  }
}
