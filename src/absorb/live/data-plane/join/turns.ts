import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";

/** What was given out in a turn of the waiting room before the door. */
export type Given = { index: number; group: number };

/** A turn's name, as the gateway tells it: 12 bytes in base64url. */
const turnPattern = /^[A-Za-z0-9_-]{16}$/;
/** On disk: the turn (16 bytes of text), index (4), group (2), and two more. */
const turnChars = 16;
const recordBytes = 24;
/** Turns in one file; the latest so many, and as many before them, are known. A turn is over within minutes. */
export const turnsInFileMax = 50_000;

/**
 * What each turn in a waiting room was worth: one token. Who asks again in the same turn, because the answer was lost or on
 * purpose, gets the same. Kept over a restart of the process; after a power cut the last ones may be worth another.
 */
export class Turns {
  readonly #path: string;
  #latest: Map<string, Given>;
  #before: Map<string, Given>;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#latest = readTurns(path);
    this.#before = readTurns(`${path}.before`);
  }

  find(turn: string): Given | undefined {
    return this.#latest.get(turn) ?? this.#before.get(turn);
  }

  keep(turn: string, given: Given): void {
    if (this.#latest.size >= turnsInFileMax) this.#turnOver();
    this.#latest.set(turn, given);
    const bytes = Buffer.alloc(recordBytes);
    bytes.write(turn, "latin1");
    bytes.writeUInt32LE(given.index, turnChars);
    bytes.writeUInt16LE(given.group, turnChars + 4);
    this.#file ??= openWhole(this.#path);
    if (writeSync(this.#file, bytes) === recordBytes) return;
    // A full disk took a part of it; opened again, that is cut off.
    this.close();
    throw new Error(`${this.#path} has no room for another turn`);
  }

  #turnOver(): void {
    this.close();
    renameSync(this.#path, `${this.#path}.before`);
    this.#before = this.#latest;
    this.#latest = new Map();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** To be appended to; a torn last record, as a full disk leaves one, is cut off. */
function openWhole(path: string): number {
  const file = openSync(path, "a", 0o600);
  const { size } = fstatSync(file);
  ftruncateSync(file, size - (size % recordBytes));
  return file;
}

/** The name of a turn; nothing for what the gateway would not say. */
export const turnOf = (text: string | undefined): string | undefined =>
  text !== undefined && turnPattern.test(text) ? text : undefined;

/** The turns of a file; a torn last record is none. */
function readTurns(path: string): Map<string, Given> {
  const turns = new Map<string, Given>();
  for (const record of recordsOf(path)) {
    const turn = turnOf(record.toString("latin1", 0, turnChars));
    if (turn === undefined) continue;
    const [index, group] = [record.readUInt32LE(turnChars), record.readUInt16LE(turnChars + 4)];
    turns.set(turn, { index, group });
  }
  return turns;
}

function recordsOf(path: string): Buffer[] {
  try {
    const bytes = readFileSync(path);
    return Array.from({ length: Math.floor(bytes.length / recordBytes) }, (_, n) =>
      bytes.subarray(n * recordBytes, (n + 1) * recordBytes),
    );
  } catch (why) {
    if (why instanceof Error && "code" in why && why.code === "ENOENT") return [];
    throw why;
  }
}
