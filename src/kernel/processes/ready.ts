import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FullSpec } from "./defaults.ts";

const askAgainMs = 50;
/** Names the file that a process with `ready.file` writes once it can do its work. */
export const readyFileVariable = "CASTOR_READY_FILE";

/** Tells the keeper that this process can do its work; without a keeper it does nothing. */
export function announceReady(env: Record<string, string | undefined> = process.env): void {
  const path = env[readyFileVariable];
  if (path) writeFileSync(path, String(process.pid));
}

export function clearReadyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
}

/** Whether a process became ready in time; false when it took too long or the signal gave up. */
export async function isReady(spec: FullSpec, path: string, signal: AbortSignal): Promise<boolean> {
  const { ready } = spec;
  if (!ready) return true;
  for (let waitedMs = 0; waitedMs < ready.withinMs && !signal.aborted; waitedMs += askAgainMs) {
    const isFileThere = !ready.file || existsSync(path);
    if (isFileThere && (ready.port === undefined || (await accepts(ready.host, ready.port)))) {
      return !signal.aborted;
    }
    await Bun.sleep(askAgainMs);
  }
  return false;
}

async function accepts(hostname: string, port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname, port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}
