import { type FSWatcher, mkdirSync, statSync, watch } from "node:fs";
import type { Bus } from "../bus/bus.ts";
import { type Checks, readSnapshotFile, snapshotPath } from "./read.ts";
import { type Announcement, announcementTopic, type Versioned } from "./snapshots.ts";

export const pollMsDefault = 2_000;

export type Following<S> = {
  /** The last good one, also while the file on disk is broken. */
  current(): Versioned<S> | undefined;
  /** Looks at the file now; used after a reconnect. */
  look(): void;
  close(): void;
};

/**
 * Follows one snapshot from outside control: read at once, then again when the bus announces it, when the file changes,
 * and on a slow poll, since each of those may be missing. A bad file changes nothing; `onInvalid` says what is wrong with it.
 */
export function followSnapshot<S>(of: {
  folder: string;
  name: string;
  schema: Checks<S>;
  bus?: Pick<Bus, "subscribe">;
  onChange: (now: Versioned<S>) => void;
  onInvalid?: (what: string) => void;
  /** Called for every announcement, also of a version that is already known. */
  onAnnounced?: (version: number) => void;
  pollMs?: number;
}): Following<S> {
  let current: Versioned<S> | undefined;
  let seen = "";
  let closed = false;

  const look = (): void => {
    if (closed) return;
    const mark = fileMark(snapshotPath(of.folder, of.name));
    if (mark === seen) return;
    seen = mark;
    const { good, problems } = readSnapshotFile(of.folder, of.name, of.schema);
    if (problems.length > 0) of.onInvalid?.(problems.join(" "));
    // Numbers start again when a folder was emptied, so any other number is news.
    if (!good || good.version === current?.version) return;
    if (problems.length > 0 && current) return; // What we hold is at least as new as the one before.
    current = good;
    of.onChange(good);
  };

  const unsubscribe = of.bus?.subscribe(announcementTopic(of.name), ({ body }) => {
    look();
    of.onAnnounced?.((body as Announcement).version);
  });
  const watcher = watchFolder(of.folder, `${of.name}.json`, look);
  const poll = setInterval(look, of.pollMs ?? pollMsDefault);
  look();
  return {
    current: () => current,
    look,
    close: () => {
      closed = true;
      unsubscribe?.();
      watcher?.close();
      clearInterval(poll);
    },
  };
}

/** Tells one state of a file from another without reading it. */
function fileMark(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino}:${mtimeMs}:${size}`;
  } catch {
    return "absent";
  }
}

function watchFolder(folder: string, file: string, look: () => void): FSWatcher | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const watcher = watch(folder, (_, changed) => {
      if (changed === null || changed === file) look();
    });
    watcher.on("error", () => {}); // The poll goes on.
    return watcher;
  } catch {
    return undefined; // No more watches to be had: the poll goes on.
  }
}
