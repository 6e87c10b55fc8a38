import { join } from "node:path";
import { groupWords, headWords, recordsOfGroup, sequenceOfGroup } from "./group.ts";
import { recordWords } from "./record.ts";
import { withWords } from "./segment.ts";

/** A place in the log: the number of a segment, and a byte in it. */
export type LogPlace = { segment: number; byte: number };

/** Records in one page: the group that goes beyond is the last. */
const pageRecords = 32_768;

/**
 * The records of the log from a place on, whole groups up to the last that is durable; and where the next page begins, if there
 * is one. `segments` are the numbers of those that exist, in order.
 */
export function answersOf(
  folder: string,
  of: { segments: readonly number[]; durable: number; nameOf: (segment: number) => string },
  from: LogPlace,
): { words: Uint32Array; next: LogPlace | undefined } {
  const segment = of.segments.find((each) => each >= from.segment);
  if (segment === undefined) return { words: new Uint32Array(0), next: undefined };
  let at = segment === from.segment ? from.byte >> 2 : 0;
  const found: Uint32Array[] = [];
  let count = 0;
  withWords(join(folder, of.nameOf(segment)), (words) => {
    while (count < pageRecords) {
      const records = recordsOfGroup(words, at);
      if (records < 0 || sequenceOfGroup(words, at) > of.durable) break;
      const first = at + headWords;
      found.push(words.slice(first, first + records * recordWords));
      at += groupWords(records);
      count += records;
    }
  });
  const isMore = count >= pageRecords;
  const later = of.segments.find((each) => each > segment);
  const next = isMore
    ? { segment, byte: at * 4 }
    : later === undefined
      ? undefined
      : { segment: later, byte: 0 };
  return { words: joined(found), next };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
