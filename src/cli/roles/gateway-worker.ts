import { existsSync } from "node:fs";
import { ownFile } from "../start/own-command.ts";

/** `castor __gateway-worker`: one process of the data plane, as the keeper starts it. */
export async function worker(argv: readonly string[]): Promise<number> {
  const entry = ownFile("src/absorb/gateway/data-plane/main.ts");
  if (!existsSync(entry)) throw new Error(`There is no ${entry}`);
  process.argv.splice(2, process.argv.length, ...argv);
  await import(entry);
  return 0;
}
