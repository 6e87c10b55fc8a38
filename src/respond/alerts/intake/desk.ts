import { type Millis, type Store, type Stores, toOutbox } from "#kernel";
import { type Alert, isFiring } from "../model/alert.ts";
import { Board, type Entry, type Policy } from "../model/board.ts";
import type { Group, SavedGroup } from "../model/group.ts";
import type { Notice } from "../model/notice.ts";
import { History, type Past } from "./history.ts";
import { alertsStore } from "./store.ts";
import type { Finding } from "./topics.ts";

/** An open alert whose sender could not reach Castor while it was away gets so long to be said again. */
const graceMs = 5 * 60_000;
/** Alerts that wait for the disk; senders beyond it are told to come again. */
const waitingMax = 50_000;
/** So many are written together, so that nobody who sends waits long for it. */
const settledTogether = 500;
/** Where nothing changed it is noted so often that time went on: what ended meanwhile is not open after a restart. */
const restEveryMs = 60_000;

/** `upTo`: the last row of the journal that it knows of. */
type Saved = Pick<Entry, "alert" | "turns"> & { upTo?: number };

/** Definite: nothing was taken, because the disk is behind. */
export class Behind extends Error {}

/** Takes alerts in and keeps them: what it has taken is on disk, and after a kill the board is as it was. */
export class Desk {
  readonly board: Board;
  readonly store: Store;
  readonly #history: History;
  readonly #changed = new Set<string>();
  /** Told by the board and not yet on disk. */
  #untold: Notice[] = [];
  #journalled = 0;
  #waiting = 0;
  #settledAt = 0;

  constructor(stores: Stores, policy: Policy, now: Millis) {
    this.store = stores.open(alertsStore);
    this.#history = new History(this.store);
    this.board = new Board(policy);
    this.#load(now);
  }

  #load(now: Millis): void {
    const { tables } = this.store;
    let lastAt = Number(
      tables.get<{ value: string }>("SELECT value FROM meta WHERE name = 'at'")?.value ?? now,
    );
    const upTo = new Map<string, number>();
    for (const { entry } of tables.all<{ entry: string }>("SELECT entry FROM alerts")) {
      const { alert, turns, upTo: known = 0 } = JSON.parse(entry) as Saved;
      this.board.restoreAlert(alert, turns);
      upTo.set(alert.fingerprint, known);
    }
    for (const { told } of tables.all<{ told: string }>("SELECT told FROM groups"))
      this.board.restore(JSON.parse(told) as SavedGroup, now);
    for (const row of tables.all<{ id: number; at: number; batch: string }>(
      "SELECT id, at, batch FROM journal ORDER BY id",
    )) {
      lastAt = Math.max(lastAt, row.at);
      this.#journalled = row.id;
      for (const alert of JSON.parse(row.batch) as Alert[])
        if (row.id > (upTo.get(alert.fingerprint) ?? 0)) this.#apply(alert, row.at);
    }
    this.wasDeaf(lastAt, now);
  }

  /** Nobody could reach it since then: what was open gets some time to be said again. */
  wasDeaf(since: Millis, now: Millis): void {
    for (const { alert } of this.board.entries.values())
      if (isFiring(alert, since) && !isFiring(alert, now)) {
        alert.endsAt = now + graceMs;
        alert.isTimeout = true;
        this.#changed.add(alert.fingerprint);
      }
  }

  #apply(alert: Alert, at: Millis): void {
    this.board.receive(alert, at);
    this.#changed.add(alert.fingerprint);
  }

  /** Resolves once it is on disk. Throws Behind or what the store throws: then nothing was taken. */
  async receive(alerts: readonly Alert[], now: Millis): Promise<void> {
    if (alerts.length === 0) return;
    if (this.#waiting > 0 && this.#waiting + alerts.length > waitingMax)
      throw new Behind(`${this.#waiting} alerts wait for the disk.`);
    const batch = JSON.stringify(alerts);
    this.#waiting += alerts.length;
    try {
      const id = await this.store.write((tables) => {
        tables.run("INSERT INTO journal (at, batch) VALUES (?, ?)", now, batch);
        return tables.get<{ id: number }>("SELECT last_insert_rowid() AS id")?.id ?? 0;
      });
      this.#journalled = Math.max(this.#journalled, id);
      for (const alert of alerts) this.#apply(alert, now);
    } finally {
      this.#waiting -= alerts.length;
    }
  }

  /** Remembers that a sender is alive. */
  async beat(name: string, now: Millis): Promise<void> {
    await this.store.write((tables) =>
      tables.run("INSERT OR REPLACE INTO beats VALUES (?, ?)", name, now),
    );
  }

  /** When each was heard last; who was never heard is not missed. */
  beats(): { name: string; at: Millis }[] {
    return this.store.tables.all<{ name: string; at: number }>("SELECT name, at FROM beats");
  }

  /** A sender says that somebody has seen to it. */
  async acknowledged({ groups }: Entry, by: string): Promise<void> {
    const open = groups.flatMap((key) => {
      const group = this.board.groups.get(key);
      return group?.isOpen === true ? [group.id] : [];
    });
    if (open.length === 0) return;
    await this.store.write((tables) => {
      for (const group of open)
        toOutbox(tables, { kind: "acknowledged", group, by } satisfies Finding);
    });
  }

  /** Tells of each group whose time has come, with what is remembered of it. What could not be written is tried again. */
  async tell(notices: readonly Notice[]): Promise<void> {
    this.#untold.push(...notices);
    const untold = this.#untold;
    if (untold.length === 0) return;
    const rows = new Map<string, string>();
    for (const { told } of untold) {
      const group = this.board.groups.get(told.key);
      if (group) rows.set(group.key, JSON.stringify(saved(group)));
    }
    await this.store.write((tables) => {
      for (const { id, kind: as, told } of untold)
        toOutbox(tables, { kind: "told", as, id, told } satisfies Finding);
      for (const [key, row] of rows)
        tables.run("INSERT OR REPLACE INTO groups VALUES (?, ?)", key, row);
    });
    this.#untold = [];
  }

  /** Whether something that the board told is not yet on disk: then it must tell nothing more. */
  get isTelling(): boolean {
    return this.#untold.length > 0;
  }

  /** Writes the board where it changed, a part at a time, and empties the journal. */
  async settle(now: Millis): Promise<void> {
    const upTo = this.#journalled;
    const gone = this.board.forget(now);
    const changed = [...new Set([...this.#changed, ...this.board.turned])];
    this.#changed.clear();
    this.board.turned.clear();
    for (let from = 0; from < changed.length; from += settledTogether)
      await this.#settleSome(changed.slice(from, from + settledTogether), now);
    const isMoot = changed.length + gone.alerts.length + gone.groups.length === 0;
    if (isMoot && (this.board.entries.size === 0 || now - this.#settledAt < restEveryMs)) return;
    this.#settledAt = now;
    await this.store.write((tables) => {
      for (const each of gone.alerts) tables.run("DELETE FROM alerts WHERE fingerprint = ?", each);
      for (const each of gone.groups) tables.run("DELETE FROM groups WHERE key = ?", each);
      tables.run("DELETE FROM journal WHERE id <= ?", upTo);
      tables.run("INSERT OR REPLACE INTO meta VALUES ('at', ?)", String(now));
      this.#history.forget(tables, now);
    });
  }

  async #settleSome(fingerprints: readonly string[], now: Millis): Promise<void> {
    try {
      await this.store.write((tables) => {
        for (const fingerprint of fingerprints) {
          const entry = this.board.entries.get(fingerprint);
          if (!entry) continue;
          const { alert, turns } = entry;
          this.#history.keep(tables, alert, turns.at(-1)?.at ?? now);
          const row = JSON.stringify({ alert, turns, upTo: this.#journalled } satisfies Saved);
          tables.run("INSERT OR REPLACE INTO alerts VALUES (?, ?)", fingerprint, row);
        }
      });
    } catch (why) {
      for (const each of fingerprints) this.#changed.add(each);
      this.#history.doubt();
      throw why;
    }
  }

  /** What came in over a stretch of the past, oldest first: a page of it, after the last row of the page before. */
  past(of: Parameters<History["page"]>[0]): Past[] {
    return this.#history.page(of);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

function saved(group: Group): SavedGroup {
  const { members: _, flushAt: _at, hasFlushed: _has, firing, ...rest } = group;
  return { ...rest, firing: [...firing] };
}
