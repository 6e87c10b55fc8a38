import type { Millis, Store, Stores, Tables } from "#kernel";
import { type Alert, isFiring } from "../model/alert.ts";
import { Board, type Entry, type Policy } from "../model/board.ts";
import type { Group, SavedGroup } from "../model/group.ts";
import type { Notice } from "../model/notice.ts";
import { alertsStore } from "./store.ts";

/** An open alert whose sender could not reach Castor while it was away gets so long to be said again. */
const afterRestartMs = 5 * 60_000;
const historyRowsMax = 1_000_000;
const historyMs = 90 * 86_400_000;

type Saved = Pick<Entry, "alert" | "turns">;

/** Takes alerts in and keeps them: what it has taken is on disk, and after a kill the board is as it was. */
export class Desk {
  readonly board: Board;
  readonly #store: Store;
  readonly #changed = new Set<string>();
  #journalled = 0;

  constructor(stores: Stores, policy: Policy, now: Millis) {
    this.#store = stores.open(alertsStore);
    this.board = new Board(policy);
    this.#load(now);
  }

  #load(now: Millis): void {
    const { tables } = this.#store;
    let lastAt = Number(
      tables.get<{ value: string }>("SELECT value FROM meta WHERE name = 'at'")?.value ?? now,
    );
    for (const { entry } of tables.all<{ entry: string }>("SELECT entry FROM alerts")) {
      const { alert, turns } = JSON.parse(entry) as Saved;
      this.board.receive(alert, alert.updatedAt);
      const known = this.board.entries.get(alert.fingerprint);
      if (known) known.turns = turns;
    }
    for (const { told } of tables.all<{ told: string }>("SELECT told FROM groups"))
      this.board.restore(JSON.parse(told) as SavedGroup, now);
    for (const row of tables.all<{ id: number; at: number; batch: string }>(
      "SELECT id, at, batch FROM journal ORDER BY id",
    )) {
      lastAt = Math.max(lastAt, row.at);
      this.#journalled = row.id;
      for (const alert of JSON.parse(row.batch) as Alert[]) this.#apply(alert, row.at);
    }
    for (const { alert } of this.board.entries.values())
      if (isFiring(alert, lastAt) && !isFiring(alert, now)) {
        alert.endsAt = now + afterRestartMs;
        alert.isTimeout = true;
      }
  }

  #apply(alert: Alert, at: Millis): void {
    this.board.receive(alert, at);
    this.#changed.add(alert.fingerprint);
  }

  /** Resolves once it is on disk. Throws what the store throws: then nothing was taken. */
  async receive(alerts: readonly Alert[], now: Millis): Promise<void> {
    if (alerts.length === 0) return;
    const batch = JSON.stringify(alerts);
    const id = await this.#store.write((tables) => {
      tables.run("INSERT INTO journal (at, batch) VALUES (?, ?)", now, batch);
      return tables.get<{ id: number }>("SELECT last_insert_rowid() AS id")?.id ?? 0;
    });
    this.#journalled = Math.max(this.#journalled, id);
    for (const alert of alerts) this.#apply(alert, now);
  }

  /** Remembers that a sender is alive. */
  async beat(name: string, now: Millis): Promise<void> {
    await this.#store.write((tables) =>
      tables.run("INSERT OR REPLACE INTO beats VALUES (?, ?)", name, now),
    );
  }

  /** When each was heard last; who was never heard is not missed. */
  beats(): { name: string; at: Millis }[] {
    return this.#store.tables.all<{ name: string; at: number }>("SELECT name, at FROM beats");
  }

  /** Writes what a look at the groups changed, after it was told. */
  async told(notices: readonly Notice[]): Promise<void> {
    if (notices.length === 0) return;
    const rows = notices.flatMap(({ told }) => {
      const group = this.board.groups.get(told.key);
      return group ? [saved(group)] : [];
    });
    await this.#store.write((tables) => {
      for (const row of rows)
        tables.run("INSERT OR REPLACE INTO groups VALUES (?, ?)", row.key, JSON.stringify(row));
    });
  }

  /** Writes the board where it changed, and empties the journal. */
  async settle(now: Millis): Promise<void> {
    const upTo = this.#journalled;
    const gone = this.board.forget(now);
    const changed = [...this.#changed].flatMap((fingerprint) => {
      const entry = this.board.entries.get(fingerprint);
      return entry ? [entry] : [];
    });
    if (changed.length + gone.alerts.length + gone.groups.length === 0) return;
    this.#changed.clear();
    await this.#store.write((tables) => {
      for (const { alert, turns } of changed) {
        keepHistory(tables, alert, turns.at(-1)?.at ?? now);
        const entry = JSON.stringify({ alert, turns } satisfies Saved);
        tables.run("INSERT OR REPLACE INTO alerts VALUES (?, ?)", alert.fingerprint, entry);
      }
      for (const each of gone.alerts) tables.run("DELETE FROM alerts WHERE fingerprint = ?", each);
      for (const each of gone.groups) tables.run("DELETE FROM groups WHERE key = ?", each);
      tables.run("DELETE FROM journal WHERE id <= ?", upTo);
      tables.run("INSERT OR REPLACE INTO meta VALUES ('at', ?)", String(now));
      tables.run("DELETE FROM history WHERE at < ?", now - historyMs);
      tables.run(
        "DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?",
        historyRowsMax,
      );
    });
  }

  /** What came in over a stretch of the past, oldest first. */
  past(from: Millis, to: Millis): { at: Millis; alert: Alert }[] {
    return this.#store.tables
      .all<{ at: number; alert: string }>(
        "SELECT at, alert FROM history WHERE at >= ? AND at < ? ORDER BY at, id",
        from,
        to,
      )
      .map(({ at, alert }) => ({ at, alert: JSON.parse(alert) as Alert }));
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** One row for each beginning and each end, however often it was said. */
function keepHistory(tables: Tables, alert: Alert, at: Millis): void {
  const last = tables.get<{ at: number }>(
    "SELECT at FROM history WHERE fingerprint = ? ORDER BY id DESC LIMIT 1",
    alert.fingerprint,
  );
  if (last?.at === at) return;
  tables.run(
    "INSERT INTO history (at, fingerprint, alert) VALUES (?, ?, ?)",
    at,
    alert.fingerprint,
    JSON.stringify(alert),
  );
}

function saved(group: Group): SavedGroup {
  const { members: _, flushAt: _at, hasFlushed: _has, firing, ...rest } = group;
  return { ...rest, firing: [...firing] };
}

const desks = new WeakMap<object, Desk>();
/** The desk of one running Castor, which its log stands for. */
export const deskOf = (of: { log: object }): Desk | undefined => desks.get(of.log);

type Opens = { log: object; stores: Stores; now: Millis; signal: AbortSignal };
/** Opens the desk when it is first needed. */
export function openDesk(fx: Opens, policy: Policy): Desk {
  const known = desks.get(fx.log);
  if (known) return known;
  const desk = new Desk(fx.stores, policy, fx.now);
  desks.set(fx.log, desk);
  fx.signal.addEventListener("abort", () => {
    desks.delete(fx.log);
    void desk.close();
  });
  return desk;
}
