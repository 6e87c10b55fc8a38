import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture } from "../../src/absorb/cache/contract.ts";
import type { GatewaySnapshotInput } from "../../src/absorb/gateway/data-plane/snapshot.ts";

const entry = join(import.meta.dir, "../../src/absorb/gateway/data-plane/worker.ts");

/** What a gateway worker of its own is told: pictures in a folder, as control would leave them there. */
export function writePictures(
  folder: string,
  pictures: { gateway: GatewaySnapshotInput; cache?: Picture },
): void {
  mkdirSync(join(folder, "snapshot"), { recursive: true });
  for (const [name, value] of Object.entries(pictures)) {
    writeFileSync(join(folder, "snapshot", `${name}.json`), JSON.stringify({ version: 1, value }));
  }
}

/** The command line of the gateway worker that serves by a folder's pictures. */
export function workerCommand(folder: string, id = 1): string[] {
  const run = `const { runWorker } = await import(${JSON.stringify(entry)});
    process.exit(await runWorker({ data: ${JSON.stringify(folder)}, id: "gateway-${id}" }));`;
  return [process.execPath, "--eval", run];
}
