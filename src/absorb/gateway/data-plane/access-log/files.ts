import { closeSync, fstatSync, mkdirSync, openSync, write } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Older files beside the present one; together they keep to the budget. */
const olderFiles = 3;
/** How soon a line is on disk. */
const flushMs = 200;
/** What may wait for a slow disk; lines beyond it are dropped and counted. */
const waitingBytesMax = 4_194_304;
const flushBytes = 262_144;

export type Told = "written" | "dropped" | "failed";

/**
 * Lines into a file, by turns of older ones within a budget. Adding a line never waits: what the disk does not take in time
 * is dropped, counted, and told in the file once there is room again.
 */
export class Files {
  readonly path: string;
  readonly #fileBytesMax: number;
  readonly #tell: (outcome: Told, lines: number) => void;
  readonly #sayDropped: (lines: number) => string;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #file: number | undefined = undefined;
  #fileBytes = 0;
  #writing: Promise<void> | undefined = undefined;
  #flushing: Timer | undefined = undefined;

  constructor(of: {
    path: string;
    bytesMax: number;
    tell: (outcome: Told, lines: number) => void;
    /** The line that tells of lines that are missing. */
    sayDropped: (lines: number) => string;
  }) {
    this.path = of.path;
    this.#fileBytesMax = Math.max(1, Math.floor(of.bytesMax / (olderFiles + 1)));
    this.#tell = of.tell;
    this.#sayDropped = of.sayDropped;
  }

  add(line: string): void {
    if (this.#waitingBytes + line.length > waitingBytesMax) {
      this.#dropped++;
      this.#tell("dropped", 1);
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#writing !== undefined) return;
    if (this.#waitingBytes >= flushBytes) void this.flush();
    else this.#flushing ??= setTimeout(() => void this.flush(), flushMs);
  }

  /** Resolves once everything that waited is with the system. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (this.#writing === undefined && this.#waiting.length > 0)
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0)
          this.#flushing ??= setTimeout(() => void this.flush(), flushMs);
      });
    await this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#waiting.splice(0);
    this.#waitingBytes = 0;
    const { length } = lines;
    if (this.#dropped > 0) lines.push(this.#sayDropped(this.#dropped));
    this.#dropped = 0;
    try {
      const bytes = Buffer.from(lines.join(""));
      if (this.#file !== undefined && this.#fileBytes + bytes.length > this.#fileBytesMax)
        await this.#turn();
      this.#file ??= this.#open();
      await append(this.#file, bytes);
      this.#fileBytes += bytes.length;
      this.#tell("written", length);
    } catch (error) {
      this.#tell("failed", length);
      process.stderr.write(`gateway: the access log cannot be written: ${String(error)}\n`);
      this.#close();
    }
  }

  #open(): number {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = openSync(this.path, "a", 0o600);
    this.#fileBytes = fstatSync(file).size;
    return file;
  }

  async #turn(): Promise<void> {
    this.#close();
    await rm(`${this.path}.${olderFiles}`, { force: true });
    for (let age = olderFiles - 1; age >= 0; age--) {
      const from = age === 0 ? this.path : `${this.path}.${age}`;
      await rename(from, `${this.path}.${age + 1}`).catch(() => {}); // There may be none of that age yet.
    }
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined || this.#waiting.length > 0) await this.flush();
    clearTimeout(this.#flushing);
    this.#close();
  }
}

/** All of it, in as many writes as it takes, off the event loop. */
async function append(file: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await new Promise<number>((resolve, reject) =>
      write(file, bytes, at, bytes.length - at, null, (error, written) =>
        error === null ? resolve(written) : reject(error),
      ),
    );
  }
}
