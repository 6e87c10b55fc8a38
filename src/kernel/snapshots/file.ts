import { readdirSync } from "node:fs";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bus } from "../bus/bus.ts";
import type { SnapshotDef } from "../contract.ts";
import { readSnapshotFile, snapshotPath } from "./read.ts";
import {
  announceAgainTopic,
  announcementTopic,
  assertFits,
  assertName,
  type Snapshots,
  type Versioned,
} from "./snapshots.ts";

type Written = { version: number; text: string };

/** Snapshots as files that other processes follow; only one process may write a folder. */
export function fileSnapshots(of: {
  folder: string;
  bus?: Bus;
  onWarning?: (what: string) => void;
}): Snapshots {
  const lastWrites = new Map<string, Promise<unknown>>();
  const known = new Map<string, Written>();
  const read = <S>(def: SnapshotDef<S>, name: string) => {
    const found = readSnapshotFile(of.folder, name, def.schema);
    for (const problem of found.problems) of.onWarning?.(problem);
    return found;
  };

  async function write<S>(to: SnapshotDef<S>, name: string, value: S): Promise<number> {
    const text = JSON.stringify(value);
    let before = known.get(name);
    let isFileGood = before !== undefined;
    if (!before) {
      const { good, problems } = read(to, name);
      if (good) before = { version: good.version, text: JSON.stringify(good.value) };
      isFileGood = good !== undefined && problems.length === 0;
    }
    if (before?.text === text && isFileGood) {
      known.set(name, before);
    } else {
      const next = { version: (before?.version ?? 0) + 1, text };
      await replaceFile(of.folder, name, next, isFileGood);
      known.set(name, next);
      before = next;
    }
    announce(name, before);
    return before.version;
  }

  const announce = (name: string, { version }: Written): void =>
    of.bus?.publish(announcementTopic(name), { name, version });
  of.bus?.subscribe(announceAgainTopic, () => {
    for (const [name, written] of known) announce(name, written);
  });

  return {
    async put<S>(to: SnapshotDef<S>, value: S, name = to.name): Promise<number> {
      assertName(name);
      assertFits(to, name, value);
      const turn = (lastWrites.get(name) ?? Promise.resolve()).then(
        () => write(to, name, value),
        () => write(to, name, value),
      );
      lastWrites.set(name, turn);
      return await turn;
    },
    get: <S>(def: SnapshotDef<S>, name = def.name): Versioned<S> | undefined =>
      read(def, name).good,
    names: (prefix) => snapshotNames(of.folder, prefix),
  };
}

export function snapshotNames(folder: string, prefix: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.startsWith(prefix) && file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length))
      .sort();
  } catch {
    return []; // No folder yet: nothing was ever written.
  }
}

async function replaceFile(
  folder: string,
  name: string,
  next: Written,
  keepPrevious: boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = snapshotPath(folder, name);
  const fresh = join(folder, `.${name}.tmp`);
  // Environments of processes may hold secrets: nobody but the owner reads these files.
  const file = await open(fresh, "w", 0o600);
  try {
    await file.writeFile(`{"version":${next.version},"value":${next.text}}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  if (keepPrevious) {
    await rm(`${path}.prev`, { force: true });
    await link(path, `${path}.prev`);
  }
  await rename(fresh, path);
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
