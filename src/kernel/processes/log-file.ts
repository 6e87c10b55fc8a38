import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

export const lineBytesMax = 16_384;
export const tailLinesMax = 1_000;
const tailBytesMax = 262_144;

export type LogFile = {
  /** Takes output as it comes; whole lines are written at once, with their time. */
  write(chunk: Uint8Array): void;
  /** Writes a line of Castor's own. */
  note(text: string): void;
  /** Writes what is left of an unfinished line. */
  flush(): void;
  close(): void;
};

/** `<id>.log`, then `<id>.1.log` and so on, the oldest last. */
const logPath = (folder: string, id: string, age = 0): string =>
  join(folder, age === 0 ? `${id}.log` : `${id}.${age}.log`);

/** Captures the output of one process into files of bounded size and number; holds at most one line in memory. */
export function openLogFile(of: {
  folder: string;
  id: string;
  bytesMax: number;
  filesMax: number;
  now: () => number;
}): LogFile {
  mkdirSync(of.folder, { recursive: true, mode: 0o700 });
  const path = logPath(of.folder, of.id);
  let fd: number | undefined = openSync(path, "a", 0o600);
  let size = fstatSync(fd).size;
  let unfinished: Buffer = Buffer.alloc(0);

  const append = (text: string): void => {
    try {
      if (fd !== undefined && size > 0 && size + text.length > of.bytesMax) {
        closeSync(fd);
        fd = undefined;
        shift(of);
        size = 0;
      }
      fd ??= openSync(path, "a", 0o600);
      size += writeSync(fd, text);
    } catch {
      // A full disk must not take the process down with its log: these lines are lost, the next may not be.
    }
  };
  const stamp = (): string => new Date(of.now()).toISOString();
  const flush = (): void => {
    if (unfinished.length > 0) append(`${stamp()} ${unfinished.toString()}\n`);
    unfinished = Buffer.alloc(0);
  };

  return {
    write(chunk) {
      const at = stamp();
      let rest = Buffer.concat([unfinished, chunk]);
      let text = "";
      for (;;) {
        const newline = rest.indexOf(10);
        if (newline < 0 && rest.length <= lineBytesMax) break;
        const end = newline < 0 || newline > lineBytesMax ? lineBytesMax : newline;
        text += `${at} ${rest.subarray(0, end).toString()}\n`;
        rest = rest.subarray(end === newline ? end + 1 : end);
      }
      unfinished = Buffer.from(rest);
      if (text !== "") append(text);
    },
    note(text) {
      flush();
      append(`${stamp()} [castor] ${text}\n`);
    },
    flush,
    close() {
      flush();
      if (fd !== undefined) closeSync(fd);
    },
  };
}

function shift(of: { folder: string; id: string; filesMax: number }): void {
  rmSync(logPath(of.folder, of.id, of.filesMax - 1), { force: true });
  for (let age = of.filesMax - 2; age >= 0; age--) {
    const from = logPath(of.folder, of.id, age);
    if (existsSync(from)) renameSync(from, logPath(of.folder, of.id, age + 1));
  }
}

/** The newest lines of a process, oldest first, also those from before the last rotation. */
export function tailLog(folder: string, id: string, lines: number): string[] {
  const wanted = Math.min(lines, tailLinesMax);
  const newest = lastLines(logPath(folder, id), wanted);
  if (newest.length >= wanted) return newest;
  return [...lastLines(logPath(folder, id, 1), wanted - newest.length), ...newest];
}

function lastLines(path: string, wanted: number): string[] {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - tailBytesMax);
    const buffer = Buffer.alloc(size - from);
    const read = readSync(fd, buffer, 0, buffer.length, from);
    const lines = buffer.toString("utf8", 0, read).split("\n");
    if (from > 0) lines.shift(); // Most likely a part of a line.
    if (lines.at(-1) === "") lines.pop();
    return wanted === 0 ? [] : lines.slice(-wanted);
  } finally {
    closeSync(fd);
  }
}
