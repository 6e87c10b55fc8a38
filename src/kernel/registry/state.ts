import type { Millis } from "../contract.ts";
import type { Position, Recorded } from "../log/log.ts";
import type { Fact, RegistryEvent } from "./events.ts";
import { History } from "./history.ts";
import type { Change, Entry, Session, TxnResult } from "./registry.ts";
import { SortedKeys } from "./sorted-keys.ts";

const resultCountMax = 10_000;
/** More than one append writes. */
const resultsAtCountMax = 1_024;

/** The index of what a log position changed: never 1, which stands for a time before any change. */
export const indexOf = (position: Position): number => position + 1;

/** What deciding needs to know; the state answers it, and a draft on top of the state. */
export interface Known {
  get(key: string): Entry | undefined;
  under(prefix: string): string[];
  session(id: string): Session | undefined;
  heldBy(session: string): string[];
  /** When a key may be locked again after its holder's session ended. */
  lockableAt(key: string): Millis;
}

/** The fold of the stream: nothing here depends on anything but its events. */
export class RegistryState implements Known {
  readonly history: History;
  readonly sessions = new Map<string, Session>();
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new SortedKeys();
  readonly #held = new Map<string, Set<string>>();
  readonly #lockableAt = new Map<string, Millis>();
  readonly #results = new Map<string, TxnResult>();
  readonly #resultsAt = new Map<number, TxnResult>();
  /** The version of the stream that is folded. */
  version = 0;
  /** The index of the last event; 0 before the first. */
  index = 0;

  constructor(historyChangesMax: number) {
    this.history = new History(historyChangesMax);
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }
  under(prefix: string): string[] {
    return this.#keys.under(prefix);
  }
  session(id: string): Session | undefined {
    return this.sessions.get(id);
  }
  heldBy(session: string): string[] {
    return [...(this.#held.get(session) ?? [])];
  }
  lockableAt(key: string): Millis {
    return this.#lockableAt.get(key) ?? 0;
  }
  lockableUnder(prefix: string): Millis {
    const times = [...this.#lockableAt].filter(([key]) => key.startsWith(prefix));
    return Math.max(0, ...times.map(([, at]) => at));
  }
  result(id: string): TxnResult | undefined {
    return this.#results.get(id);
  }

  /** What the transaction with this index found when it was folded. */
  resultAt(index: number): TxnResult | undefined {
    return this.#resultsAt.get(index);
  }

  /** Remembers a result that no event carries. */
  remember(id: string, result: TxnResult): void {
    keepNewest(this.#results, id, result, resultCountMax);
  }

  fold(recorded: Recorded<RegistryEvent>): void {
    const { event, position, version } = recorded;
    this.version = version;
    const index = indexOf(position);
    this.index = index;
    if (event.type === "registry.session-created") {
      this.sessions.set(event.data.id, { ...event.data, createIndex: index, renewals: 0 });
    } else if (event.type === "registry.changed") {
      this.#change(index, event.data.facts);
      const { id, keys } = event.data;
      const result = this.resultOf(index, keys);
      keepNewest(this.#resultsAt, index, result, resultsAtCountMax);
      if (id !== undefined) this.remember(id, result);
    } else {
      const { id, held, lockDelayMs } = event.data;
      this.sessions.delete(id);
      for (const [key, at] of this.#lockableAt) if (at <= recorded.at) this.#lockableAt.delete(key);
      if (lockDelayMs > 0)
        for (const key of held) this.#lockableAt.set(key, recorded.at + lockDelayMs);
      this.#change(index, event.data.facts);
      this.#held.delete(id);
    }
  }

  resultOf(index: number, keys: readonly (string | null)[]): TxnResult {
    return {
      ok: true,
      index,
      entries: keys.map((key) => (key === null ? undefined : this.get(key))),
    };
  }

  #change(index: number, facts: readonly Fact[]): void {
    const changes: Change[] = [];
    for (const { key, cause, entry } of facts) {
      const before = this.#entries.get(key);
      if (before?.session !== undefined) this.#held.get(before.session)?.delete(key);
      if (entry === undefined) {
        this.#entries.delete(key);
        this.#keys.delete(key);
        changes.push({ key, cause });
        continue;
      }
      const made = entryAfter(key, before, entry, index);
      this.#entries.set(key, made);
      if (before === undefined) this.#keys.add(key);
      if (made.session !== undefined) {
        this.#held.set(made.session, (this.#held.get(made.session) ?? new Set()).add(key));
        this.#lockableAt.delete(key);
      }
      changes.push({ key, cause, entry: made });
    }
    if (changes.length > 0) this.history.add(index, changes);
  }
}

function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, countMax: number): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > countMax && oldest !== undefined) map.delete(oldest);
}

/** The entry after a fact; its lock index is where its holder got it, so that it grows even when the key was deleted. */
export function entryAfter(
  key: string,
  before: Entry | undefined,
  { value, flags, session, acquired }: NonNullable<Fact["entry"]>,
  index: number,
): Entry {
  return {
    key,
    value,
    flags,
    ...(session === undefined ? {} : { session }),
    lockIndex: acquired === true ? index : (before?.lockIndex ?? 0),
    createIndex: before?.createIndex ?? index,
    modifyIndex: index,
  };
}
