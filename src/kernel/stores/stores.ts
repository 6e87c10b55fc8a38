import { Unavailable } from "../log/log.ts";
import type { Tables } from "../manifest/views.ts";

/** A capability's own tables. `migrations[n]` is the SQL that turns version n into n + 1; only ever add at the end. */
export type StoreDef = {
  name: string;
  migrations: readonly string[];
  /** Pages of the file that are kept in memory; 32 MB unless less will do, as where one mostly writes. */
  cacheKb?: number;
  /** What is deleted is overwritten, and the write-ahead log is emptied after each commit: for few writes. */
  forgets?: true;
};

/** Definite: nothing of this write is kept, because there is no room. */
export class StoreFull extends Unavailable {}
/** Indefinite: the disk failed while committing. The store takes no more writes until it is opened again. */
export class StoreUnknown extends Error {}
/** The file is damaged, or was written by a newer Castor. */
export class StoreUnusable extends Error {}

/**
 * Durable data of a capability that is neither fact nor counter: much of it, and only its owner reads it. Many writers share
 * one transaction and one fsync. Every engine passes `stores/conformance.ts`.
 */
export interface Store {
  /**
   * Runs `work` in the next transaction and resolves with what it gave once that is on disk. What it throws undoes this work
   * alone and rejects. Throws StoreFull, StoreUnknown or Unavailable (closed).
   */
  write<T>(work: (tables: Tables) => T): Promise<T>;
  /** Reads what is committed. */
  readonly tables: Pick<Tables, "all" | "get">;
  /** Bytes of the pages in use, without those that deletions left free. */
  bytes(): number;
  close(): Promise<void>;
}

export interface Stores {
  /** Opens or creates; one writer at a time. Throws StoreUnusable. */
  open(def: StoreDef): Store;
  /** How much of the disk is left for all that Castor writes. */
  disk(): Promise<DiskRoom>;
}
export type DiskRoom = { freeBytes: number; totalBytes: number };

export function assertStoreName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name))
    throw new TypeError(`"${name}" cannot name a store: use small letters, digits and "-".`);
}
