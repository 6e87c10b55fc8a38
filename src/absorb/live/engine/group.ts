import { recordWords } from "./record.ts";

/**
 * What is made durable together: four words (mark, sequence, count of records, CRC-32 of all that follows the mark but
 * itself), then the records. A group is there whole or not at all.
 */
export const headWords = 4;
const mark = 0x3147_4c43;
/** Bounds a group in memory and what a damaged count may make a reader believe. */
export const groupRecordsMax = 65_536;

export const groupWords = (records: number): number => headWords + records * recordWords;

/** Completes the group at the start of `words`, whose records are there already. */
export function sealGroup(words: Uint32Array, sequence: number, records: number): void {
  words[0] = mark;
  words[1] = sequence;
  words[2] = records;
  words[3] = checksum(words, 0, records);
}

/** How many records the group at word `at` holds, or -1 where there is no whole group. */
export function recordsOfGroup(words: Uint32Array, at: number): number {
  if (words[at] !== mark) return -1;
  const records = words[at + 2] ?? 0;
  if (records === 0 || records > groupRecordsMax) return -1;
  if (at + groupWords(records) > words.length) return -1;
  return words[at + 3] === checksum(words, at, records) ? records : -1;
}

export const sequenceOfGroup = (words: Uint32Array, at: number): number => words[at + 1] as number;

/** Whether a whole group later than `sequence` stands anywhere from word `from` on: then what is before it was damaged, not torn. */
export function hasLaterGroup(words: Uint32Array, from: number, sequence: number): boolean {
  for (let at = words.indexOf(mark, from); at >= 0; at = words.indexOf(mark, at + 1))
    if (sequenceOfGroup(words, at) > sequence && recordsOfGroup(words, at) > 0) return true;
  return false;
}

function checksum(words: Uint32Array, at: number, records: number): number {
  const bytes = (from: number, to: number): Uint8Array =>
    new Uint8Array(words.buffer, words.byteOffset + from * 4, (to - from) * 4);
  const head = Bun.hash.crc32(bytes(at + 1, at + 3));
  return Bun.hash.crc32(bytes(at + headWords, at + groupWords(records)), head);
}
