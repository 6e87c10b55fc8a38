import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FullSpec } from "./defaults.ts";
import { type Identity, isAlive } from "./identity.ts";

/** What a keeper leaves to the next one, should it die: who runs, and how to end it. */
export type RunRecord = {
  spec: FullSpec;
  fingerprint: string;
  identity: Identity;
  startedAt: number;
  /** True for a worker that was told to drain: it is never adopted. */
  leaving: boolean;
};

export type Records = {
  write(record: RunRecord): void;
  remove(record: RunRecord): void;
  /** Those that still run; the rest is cleared away. */
  alive(): RunRecord[];
};

/** Records of running processes, one file each. */
export function openRecords(folder: string): Records {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = ({ spec, identity }: RunRecord): string =>
    join(folder, `${spec.id}@${identity.pid}.json`);
  return {
    write(record) {
      const path = pathOf(record);
      try {
        writeFileSync(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
        renameSync(`${path}.tmp`, path);
      } catch {
        // A full disk must stop neither a start nor a stop; without a record the next keeper does not know it.
      }
    },
    remove: (record) => rmSync(pathOf(record), { force: true }),
    alive() {
      const found: RunRecord[] = [];
      for (const file of readdirSync(folder)) {
        if (!/\.json(\.tmp)?$/.test(file)) continue; // The pipes of those that still run are here too.
        const record = file.endsWith(".json") ? readRecord(join(folder, file)) : undefined;
        if (record && isAlive(record.identity)) found.push(record);
        else rmSync(join(folder, file), { force: true });
      }
      return found;
    },
  };
}

function readRecord(path: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
}
