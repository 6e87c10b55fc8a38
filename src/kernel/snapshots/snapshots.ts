import type { SnapshotDef } from "../contract.ts";

/** A snapshot with its number; a larger one is newer. */
export type Versioned<S> = { version: number; value: S };

/**
 * The last good picture that a process outside control works from (gateway workers, the supervisor): one file each under
 * `snapshot/`, replaced atomically, and announced on the bus topic `snapshot.<name>`. Control writes; others follow.
 */
export interface Snapshots {
  /** Durable before it is announced. Writing an equal value again is no new version. */
  put<S>(to: SnapshotDef<S>, value: S, name?: string): Promise<number>;
  get<S>(of: SnapshotDef<S>, name?: string): Versioned<S> | undefined;
  names(prefix: string): string[];
}
