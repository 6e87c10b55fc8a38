import type { Machine } from "#kernel";
import type { File } from "../render/bundle.ts";
import type { Target } from "./targets.ts";

/** A file that is put, or one that goes. */
export type Change = { path: string; file: File } | { path: string; file?: never };

/**
 * Somewhere that a page can live without Castor. Both throw an Error whose message an operator may read: it holds no secret.
 * Every adapter passes `adapters/place.conformance.testing.ts`.
 */
export type Place = {
  /** What stands under this path; undefined where nothing does. Bytes beyond `readBytesMax` make it throw. */
  read(path: string): Promise<string | undefined>;
  /** Does all of it in this order; a reader sees each file whole, as it was or as it is. */
  write(changes: readonly Change[]): Promise<void>;
};

export const readBytesMax = 4_000_000;
/** A place that takes longer has failed. */
export const publishWithinMs = 120_000;

/** Equipment `status-page`. */
export type Equipment = {
  /** Files that the configuration names. */
  files: Pick<Machine, "at" | "read" | "readBytes">;
  placeOf(name: string, target: Target, signal: AbortSignal): Promise<Place>;
};
