import { Database } from "bun:sqlite";
import type { Clock } from "../clock/clock.ts";
import { GroupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import {
  assertStoreName,
  type DiskRoom,
  type Store,
  type StoreDef,
  StoreFull,
  type Stores,
} from "./stores.ts";

/** What may go wrong with the next commit: no room, or done but never heard of. */
export type StoreFate = "full" | "unheard";
export type MemoryStores = Stores & {
  /** The fates of the next commits, first things first; then all is well again. */
  fail(...fates: StoreFate[]): void;
  /** As a killed process: what waits is never answered, what is committed stays for the next `open`. */
  crash(): void;
  /** How full the disk is said to be. */
  room: DiskRoom;
};

/** Stores that live as long as the process, with a disk that can fail: for tests and the simulation. */
export function memoryStores(of: { clock: Clock }): MemoryStores {
  const disks = new Map<string, Database>();
  const fates: StoreFate[] = [];
  let life = {};
  return {
    room: { freeBytes: 50e9, totalBytes: 100e9 },
    disk() {
      return Promise.resolve(this.room);
    },
    open(def: StoreDef): Store {
      assertStoreName(def.name);
      const db = disks.get(def.name) ?? new Database(":memory:");
      disks.set(def.name, db);
      migrate(db, def);
      const born = life;
      return new GroupCommit({
        db,
        soon: (call) =>
          void of.clock.at(of.clock.now(), () => {
            if (life === born) call();
          }),
        elapsedMs: () => 0,
        beforeCommit: () => {
          if (fates[0] === "full") throw new StoreFull(`The disk is ${String(fates.shift())}`);
        },
        afterCommit: () => {
          if (fates[0] === "unheard") throw new Error(`The answer was ${String(fates.shift())}`);
        },
      });
    },
    fail: (...more) => void fates.push(...more),
    crash: () => {
      life = {};
    },
  };
}
