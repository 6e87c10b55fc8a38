import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryDisk, openMemoryLog } from "../log/memory.ts";
import { openSqliteLog } from "../log/sqlite.ts";
import { registryConformance } from "./conformance.ts";
import type { RegistryWorld } from "./registry-world.ts";
import type { Log } from "../log/log.ts";
import { openRegistry } from "./open.ts";
import type { VirtualClock } from "../clock/virtual.ts";

async function worldOn(clock: VirtualClock, openLog: () => Log): Promise<RegistryWorld> {
  let log = openLog();
  let registry = openRegistry({ log, clock });
  const close = async (): Promise<void> => {
    await registry.close();
    await log.close();
  };
  return {
    registry,
    reopen: async (of) => {
      await close();
      log = openLog();
      return (registry = openRegistry({ log, clock, ...of }));
    },
    close,
  };
}

registryConformance("on the log in memory", (clock) => {
  const disk = memoryDisk();
  return worldOn(clock, () => openMemoryLog({ clock, disk }));
});

registryConformance("on the log in SQLite", async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), "castor-registry-"));
  const world = await worldOn(clock, () => openSqliteLog({ path: join(folder, "log.db"), clock }));
  return {
    ...world,
    close: async () => {
      await world.close();
      rmSync(folder, { recursive: true });
    },
  };
});
