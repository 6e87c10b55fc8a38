import { Database } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { lockForWriting } from "../sqlite-lock.ts";
import { GroupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import {
  assertStoreName,
  type Store,
  type StoreDef,
  type Stores,
  StoreUnusable,
} from "./stores.ts";

/** A larger file is not read from end to end on each start: SQLite finds damage when it meets it. */
const checkedBytesMax = 128_000_000;
const walBytesMax = 8_000_000;
const pageBytes = 8_192;
const cacheKbOtherwise = 32_000;

/** Stores as files, `<folder>/<name>.db` each. `bytesMax` stands for the end of the disk, in tests. */
export function fileStores(of: { folder: string; bytesMax?: number }): Stores {
  return {
    async disk() {
      mkdirSync(of.folder, { recursive: true, mode: 0o700 });
      const { bavail, blocks, bsize } = await statfs(of.folder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    open(def: StoreDef): Store {
      assertStoreName(def.name);
      mkdirSync(of.folder, { recursive: true, mode: 0o700 });
      const path = join(of.folder, `${def.name}.db`);
      const lock = lockForWriting(path, "store");
      try {
        const db = openFile(path, def, of.bytesMax);
        const closed = (): void => {
          // Of the whole file, so that whoever copies it needs no write-ahead log.
          if (existsSync(path)) db.run("PRAGMA wal_checkpoint(TRUNCATE)");
          db.close();
          lock.close();
        };
        return new GroupCommit({
          db,
          soon: (call) => void setImmediate(call),
          elapsedMs: () => performance.now(),
          upkeep: () => {
            if (def.forgets) db.run("PRAGMA wal_checkpoint(TRUNCATE)");
            // Small enough that nobody waits long for one checkpoint.
            else if (statSync(`${path}-wal`).size > walBytesMax)
              db.run("PRAGMA wal_checkpoint(PASSIVE)");
          },
          closed,
        });
      } catch (cause) {
        lock.close();
        throw cause;
      }
    },
  };
}

function openFile(path: string, def: StoreDef, bytesMax: number | undefined): Database {
  const db = new Database(path, { create: true });
  try {
    chmodSync(path, 0o600);
    for (const pragma of [
      `page_size = ${pageBytes}`,
      "journal_mode = WAL",
      "synchronous = FULL",
      "wal_autocheckpoint = 0",
      `cache_size = -${def.cacheKb ?? cacheKbOtherwise}`,
      "temp_store = MEMORY",
      ...(def.forgets ? ["secure_delete = ON"] : []),
    ])
      db.run(`PRAGMA ${pragma}`);
    if (bytesMax !== undefined)
      db.run(`PRAGMA max_page_count = ${Math.ceil(bytesMax / pageBytes)}`);
    checkIntegrity(db, path);
    migrate(db, def);
    return db;
  } catch (cause) {
    db.close();
    if (cause instanceof StoreUnusable) throw cause;
    throw new StoreUnusable(
      `${path} cannot be used: ${String(cause)}. Put a copy back, or move it aside to begin anew.`,
      { cause },
    );
  }
}

function checkIntegrity(db: Database, path: string): void {
  if (statSync(path).size > checkedBytesMax) return;
  const found = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check;
  if (found !== "ok") throw new Error(`it is damaged (${found ?? "no answer"})`);
}
