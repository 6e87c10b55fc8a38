import { closeSync, constants, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs";

/**
 * What the log asks of a disk: one file, written at a place and made durable. A test puts a slow or a failing one in its
 * place; the machine's is `fileDisk`.
 */
export type Disk = {
  write(bytes: Uint8Array, at: number): void;
  /** Returns when what was written survives a power cut. */
  sync(): void;
  /** The same beside the event loop. */
  syncBeside(done: (error: Error | undefined) => void): void;
  close(): void;
};

export function fileDisk(path: string): Disk {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  let syncing = 0;
  let isDone = false;
  let isClosed = false;
  const closeOnce = (): void => {
    // Another file may get this number while a thread still syncs it, or after it was closed.
    if (!isDone || syncing > 0 || isClosed) return;
    isClosed = true;
    closeSync(fd);
  };
  return {
    write(bytes, at) {
      for (let done = 0; done < bytes.length;)
        done += writeSync(fd, bytes, done, bytes.length - done, at + done);
    },
    sync: () => fdatasyncSync(fd),
    syncBeside: (done) => {
      syncing++;
      fdatasync(fd, (error) => {
        syncing--;
        closeOnce();
        done(error ?? undefined);
      });
    },
    close: () => {
      isDone = true;
      closeOnce();
    },
  };
}

/** Above this, waiting for the disk on the event loop costs more than a thread's round trip. */
export const blockingSyncMsMax = 0.5;

/** How long a sync takes, in milliseconds: the median of a few on a file whose end is at byte `at`. */
export function measureSyncMs(disk: Disk, at: number): number {
  const bytes = new Uint8Array(512);
  const took: number[] = [];
  for (let n = 0; n < 9; n++) {
    disk.write(bytes, at);
    const began = performance.now();
    disk.sync();
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b)[4] ?? 0;
}
