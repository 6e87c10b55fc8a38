import type { SnapshotDef } from "../contract.ts";

/** A snapshot with its number; a larger one is newer. */
export type Versioned<S> = { version: number; value: S };

/**
 * The last good picture that a process outside control works from (gateway workers, the keeper): one file each under
 * `snapshot/`, replaced atomically, and announced on the bus topic `snapshot.<name>`. Control writes; others follow.
 * Every engine passes `snapshots/conformance.ts`.
 */
export interface Snapshots {
  /** Durable before it is announced. An equal value is no new version, and is announced all the same: it confirms. */
  put<S>(to: SnapshotDef<S>, value: S, name?: string): Promise<number>;
  get<S>(of: SnapshotDef<S>, name?: string): Versioned<S> | undefined;
  names(prefix: string): string[];
}

/** What is heard on `snapshot.<name>`. */
export type Announcement = { name: string; version: number };
export const announcementTopic = (name: string): string => `snapshot.${name}`;
/** Whoever joins late asks on this topic, and hears again what was announced since control started. */
export const announceAgainTopic = "snapshots.announce-again";

/** Definite: nothing was written, because the value does not fit its schema or the name makes no file name. */
export class UnfitSnapshot extends Error {}

export function assertName(name: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name) || name.includes("..")) {
    throw new UnfitSnapshot(`"${name}" cannot name a snapshot: use letters, digits, "." and "-".`);
  }
}

export function assertFits<S>(def: SnapshotDef<S>, name: string, value: S): void {
  const checked = def.schema.safeParse(value);
  if (!checked.success) {
    throw new UnfitSnapshot(`Snapshot ${name} does not fit its schema: ${checked.error.message}`);
  }
}
