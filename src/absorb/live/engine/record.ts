/** A recorded answer in the log: three 32-bit words. */
export const recordWords = 3;
export const recordBytes = recordWords * 4;

/** One answer that counted. `latencyMs` is below 2^24. */
export type AnswerRecord = {
  index: number;
  question: number;
  choice: number;
  group: number;
  latencyMs: number;
};

/** Writes one record at word `at`: index; choice and latency; group and question. */
export function writeRecord(words: Uint32Array, at: number, record: AnswerRecord): void {
  words[at] = record.index;
  words[at + 1] = (record.choice << 24) | record.latencyMs;
  words[at + 2] = (record.group << 16) | record.question;
}

/** Reads the record at word `at` into `record`, so that a replay of millions makes no garbage. */
export function readRecord(words: Uint32Array, at: number, record: AnswerRecord): AnswerRecord {
  const second = words[at + 1] as number;
  const third = words[at + 2] as number;
  record.index = words[at] as number;
  record.choice = second >>> 24;
  record.latencyMs = second & 0xffffff;
  record.group = third >>> 16;
  record.question = third & 0xff;
  return record;
}

export const emptyRecord = (): AnswerRecord => ({
  ...{ index: 0, question: 0, choice: 0, group: 0, latencyMs: 0 },
});
