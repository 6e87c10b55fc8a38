import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Count, type QuestionPhase } from "./count.ts";
import { LogDamaged, makeWhole, writeAll } from "./segment.ts";
import type { ShowShape } from "../contract/shape.ts";
import type { Share } from "./share.ts";

const phases: readonly QuestionPhase[] = ["coming", "open", "closed"];
const headBytes = 16;
const chunkBytes = 1024 * 1024;
const mark = 0x3150_4c43;
/** The same without standings and with cells of choices only: what is of single participants is erased. */
const markErased = 0x3246_4c43;
/** As it was written before cells were folded: still holds what a group of one answered. */
const markUnfolded = 0x3145_4c43;
const marks = [mark, markErased, markUnfolded];

/**
 * A count as it was at the end of a segment, as bytes: mark, last sequence, answers recorded, a byte for each question's
 * phase, cells, first answers of what is open, standings unless all that is erased; a CRC-32 of each stands before it.
 */
export function freeze(count: Count, sequence: number): Uint8Array[] {
  const isErased = count.isFolded;
  const kind = isErased ? markErased : mark;
  const head = new Uint32Array([kind, sequence, count.recorded, count.questions.length]);
  const parts: ArrayBufferView[] = [
    head,
    // Closed, and first answers not in their file yet: after a crash the closing is done again.
    Uint8Array.from(count.questions, ({ phase, first }) => phases.indexOf(first ? "open" : phase)),
  ];
  for (const { cells, first } of count.questions) {
    if (cells) parts.push(cells);
    if (first) parts.push(first.bytes);
  }
  if (!isErased) parts.push(count.standings.scores);
  // Copies: what is counted while this is written belongs to the next segment.
  return parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice());
}

/** Writes parts, each behind its checksum, so that they are there whole and durable, or not at all. */
export const writeWhole = (path: string, parts: readonly Uint8Array[]): Promise<void> =>
  makeWhole(path, async (file) => {
    for (const part of parts) {
      await writeAll(file, new Uint8Array(Uint32Array.of(Bun.hash.crc32(part)).buffer));
      for (let at = 0; at < part.length; at += chunkBytes)
        await writeAll(file, part.subarray(at, at + chunkBytes));
    }
  });

/** Reads what `writeWhole` wrote, part by part; throws where a checksum is wrong. */
function parts(path: string): (length: number) => Uint8Array {
  const file = readFileSync(path);
  let at = 0;
  return (length) => {
    const part = file.subarray(at + 4, at + 4 + length);
    if (part.length !== length || file.readUInt32LE(at) !== Bun.hash.crc32(part))
      throw new LogDamaged(`${path} is damaged at byte ${at}`);
    at += 4 + length;
    return part;
  };
}

/** Reads a checkpoint back; throws when it is damaged. */
export function thaw(
  path: string,
  shape: ShowShape,
  share: Share,
): { count: Count; sequence: number } {
  const next = parts(path);
  const fill = (into: ArrayBufferView): void =>
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(next(into.byteLength));
  const head = new Uint32Array(headBytes / 4);
  fill(head);
  const count = new Count(shape, share);
  if (!marks.includes(head[0] as number) || head[3] !== count.questions.length)
    throw new Error(`${path} is a checkpoint of something else`);
  if (head[0] === markErased) count.fold();
  const states = Uint8Array.from(next(count.questions.length));
  for (const [question, state] of states.entries()) {
    const phase = phases[state];
    if (phase === undefined) throw new Error(`${path} holds an unknown phase`);
    if (phase === "coming") continue;
    if (phase === "open") count.open(question);
    else count.close(question);
    const known = count.questions[question];
    const { cells, first } = known ?? {};
    if (cells) fill(cells);
    if (known) known.answers = cells?.reduce((sum, each) => sum + each, 0) ?? 0;
    if (first) fill(first.bytes);
  }
  if (head[0] !== mark) count.standings.forget();
  else count.standings.restore(next(count.standings.scores.byteLength));
  count.recorded = head[2] as number;
  return { count, sequence: head[1] as number };
}

/** Whether a checkpoint tells of single participants, or of groups of one; one that cannot be read might. */
export function tellsOfSome(path: string): boolean {
  const head = new Uint32Array(2);
  const fd = openSync(path, "r");
  try {
    // The checksum of the head stands before it.
    readSync(fd, head, 0, head.byteLength, 0);
  } finally {
    closeSync(fd);
  }
  return head[1] !== markErased;
}

/** The choice of whoever has this slot in a kept file of first answers, or -1. */
export function keptChoice(path: string, slot: number): number {
  const byte = new Uint8Array(1);
  let fd = -1;
  try {
    fd = openSync(path, "r");
    // The checksum of the only part stands before it.
    readSync(fd, byte, 0, 1, 4 + (slot >> 1));
  } catch {
    // Erased.
    return -1;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
  return (((byte[0] as number) >> ((slot & 1) << 2)) & 15) - 1;
}
