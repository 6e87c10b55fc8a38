import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import type { LogFile } from "./log-file.ts";

/**
 * The output of a process runs through a named pipe that it holds open for reading too. So it outlives the keeper:
 * writing neither fails nor loses a line meanwhile, and the next keeper reads on (the pipe holds 64 KiB, then writers wait).
 */
export type OutputPipe = {
  /** A descriptor for the child; close it after the spawn. */
  forChild(): number;
  /** Resolves when all that was written so far is in the log. */
  drained(): Promise<void>;
  close(): void;
};

export function openOutputPipe(path: string, log: LogFile): OutputPipe {
  if (!existsSync(path)) {
    const made = Bun.spawnSync(["mkfifo", "-m", "600", path]);
    if (!made.success) throw new Error(`mkfifo ${path}: ${made.stderr.toString().trim()}`);
  }
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = Bun.file(fd).stream().getReader();
  let isClosed = false;
  let reads = 0;
  const readAll = async (): Promise<void> => {
    while (!isClosed) {
      const { done, value } = await reader.read();
      if (done) return;
      reads++;
      log.write(value);
    }
  };
  readAll().catch(() => {}); // Cancelled on close.
  const release = (): void => closeSync(fd); // The stream reads from a copy of it.
  return {
    forChild: () => openSync(path, constants.O_RDWR),
    async drained() {
      // The pipe has no end while anyone may write, so it counts as drained once nothing more comes.
      for (let before = -1; before !== reads;) {
        before = reads;
        await Bun.sleep(drainedAfterMs);
      }
      log.flush();
    },
    close() {
      isClosed = true;
      reader.cancel().then(release, release);
      rmSync(path, { force: true });
    },
  };
}

const drainedAfterMs = 20;
