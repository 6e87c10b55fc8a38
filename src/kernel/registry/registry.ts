import type { Millis } from "../contract.ts";

/** Indexes grow with every change and are never 0 or 1 for one: 0 means "absent", 1 a time before any change. */
export type Entry = {
  key: string;
  value: string;
  flags: number;
  session?: string;
  /** Where its latest holder got the lock: the fencing token. 0 when it was never locked. */
  lockIndex: number;
  createIndex: number;
  modifyIndex: number;
};
export type Session = {
  id: string;
  name: string;
  ttlMs: Millis;
  lockDelayMs: Millis;
  behavior: "release" | "delete";
  createIndex: number;
  renewals: number;
};
export type Change = {
  key: string;
  entry?: Entry;
  cause: "put" | "delete" | "expired" | "released";
};
export type Op =
  | { op: "put"; key: string; value: string; flags?: number; index?: number }
  | { op: "delete"; key: string; index?: number }
  | { op: "deleteTree"; prefix: string }
  | { op: "check"; key: string; index?: number; session?: string; absent?: true }
  | { op: "acquire"; key: string; value: string; session: string }
  | { op: "release"; key: string; value: string; session: string };
export type TxnResult =
  | { ok: true; index: number; entries: (Entry | undefined)[] }
  | { ok: false; errors: { op: number; why: string }[] };

/**
 * What is true now: keys and values, sessions, locks, elections; a fold of the log's stream `registry`.
 * A lock is advisory: always pass its token (the acquire index) to what it guards. Every engine passes `registry/conformance.ts`.
 */
export interface Registry {
  get(key: string): Entry | undefined;
  list(prefix: string): { index: number; entries: Entry[] };
  /** All operations or none. The same id again returns the first result. */
  txn(ops: readonly Op[], id?: string): Promise<TxnResult>;
  /** Every change under a prefix after an index, in order; `reset` when history before it is gone: read the list again. */
  watch(
    prefix: string,
    of: { after: number; signal: AbortSignal },
  ): AsyncIterable<{ index: number; changes: Change[]; reset?: true }>;
  session: {
    create(of: {
      name: string;
      ttlMs: Millis;
      lockDelayMs?: Millis;
      behavior?: "release" | "delete";
    }): Promise<Session>;
    /** Undefined when it has expired. */
    renew(id: string): Promise<Session | undefined>;
    destroy(id: string): Promise<void>;
    get(id: string): Session | undefined;
    list(): Session[];
  };
  /** Waits for leadership in order of arrival. `token` grows with each leader; `lost` aborts when the session ends. */
  elect(
    name: string,
    session: Session,
    signal?: AbortSignal,
  ): Promise<{ token: number; lost: AbortSignal; resign(): Promise<void> }>;
  close(): Promise<void>;
}
