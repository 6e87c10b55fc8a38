import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  drainMsDefault,
  workerArguments,
  workerId,
  workerProcess,
} from "../../absorb/gateway/worker-process.ts";
import { ownCommand } from "./own-command.ts";

/**
 * On a very first start nobody has said yet that a gateway worker is wanted, though there always is one: saying so here lets it
 * load beside control instead of after it. Control soon says the same, or better.
 */
export function wantFirstWorker(data: string): void {
  const path = join(data, "snapshot", "processes.gateway.json");
  if (existsSync(path)) return;
  mkdirSync(join(data, "snapshot"), { recursive: true, mode: 0o700 });
  const id = workerId(1);
  const command = [...ownCommand, ...workerArguments(data, id)];
  const value = { processes: [workerProcess({ id, command, drainMs: drainMsDefault })] };
  writeFileSync(path, JSON.stringify({ version: 1, value }), { mode: 0o600 });
}
