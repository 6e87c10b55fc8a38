import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { groupWords, hasLaterGroup, headWords, recordsOfGroup, sequenceOfGroup } from "./group.ts";

const zeros = new Uint8Array(1024 * 1024);

/** Damage that no torn last write explains, in the log before its end or in the checkpoint: acknowledged answers may be missing. */
export class LogDamaged extends Error {}

/** Makes a file's name durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes all of it: a disk that is nearly full takes a part, says how much, and fails only the next time. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

/** Makes a file that appears under its name only when it is whole and durable; what does not fit on the disk leaves nothing there. */
export async function makeWhole(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const part = `${path}.part`;
  rmSync(part, { force: true });
  try {
    const file = await open(part, "w", 0o600);
    try {
      await write(file);
      await file.datasync();
    } finally {
      await file.close();
    }
    renameSync(part, path);
  } catch (why) {
    rmSync(part, { force: true });
    throw why;
  }
  syncFolder(dirname(path));
}

/** A segment file that is written to its full size beforehand: a sync that has no metadata to write takes about half the time. */
export const layOut = (path: string, bytes: number): Promise<void> =>
  makeWhole(path, async (file) => {
    for (let at = 0; at < bytes; at += zeros.length)
      await writeAll(file, zeros.subarray(0, Math.min(zeros.length, bytes - at)));
  });

/** Writes a small file so that it is there whole and durable, or not at all. */
export function writeText(path: string, text: string): void {
  const fd = openSync(`${path}.part`, "w", 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.part`, path);
  syncFolder(dirname(path));
}

/**
 * A segment as words, for as long as `read` takes. It is given back at once and not when the runtime gets to it: a process
 * would be said to hold a hundred megabytes that it does not need. Views must not outlive it.
 */
export function withWords<T>(path: string, read: (words: Uint32Array) => T): T {
  const file = Bun.mmap(path, { shared: false });
  try {
    return read(new Uint32Array(file.buffer, file.byteOffset, file.length >> 2));
  } finally {
    file.buffer.transfer(0);
  }
}

/**
 * Reads a segment's records in order, group by group. What follows the last whole group was torn by a crash and never acknowledged.
 * Returns where writing goes on, and the last group's sequence.
 */
export function replay(
  path: string,
  after: number,
  hear: (words: Uint32Array, at: number, records: number) => void,
): { bytes: number; sequence: number } {
  return withWords(path, (words) => {
    let sequence = after;
    let at = 0;
    for (;;) {
      const records = recordsOfGroup(words, at);
      if (records < 0 || sequenceOfGroup(words, at) !== sequence + 1) break;
      hear(words, at + headWords, records);
      sequence++;
      at += groupWords(records);
    }
    if (hasLaterGroup(words, at, sequence))
      throw new LogDamaged(`${path} is damaged at byte ${at * 4}, before its end`);
    return { bytes: at * 4, sequence };
  });
}
