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

/** What stands in the record at word `at`, each for itself: a replay of millions makes nothing. */
export const choiceAt = (words: Uint32Array, at: number): number =>
  (words[at + 1] as number) >>> 24;
export const latencyAt = (words: Uint32Array, at: number): number =>
  (words[at + 1] as number) & 0xffffff;
export const groupAt = (words: Uint32Array, at: number): number => (words[at + 2] as number) >>> 16;
export const questionAt = (words: Uint32Array, at: number): number =>
  (words[at + 2] as number) & 0xff;

/** Reads the record at word `at` into `record`. */
export function readRecord(words: Uint32Array, at: number, record: AnswerRecord): AnswerRecord {
  record.index = words[at] as number;
  record.choice = choiceAt(words, at);
  record.latencyMs = latencyAt(words, at);
  record.group = groupAt(words, at);
  record.question = questionAt(words, at);
  return record;
}

export const emptyRecord = (): AnswerRecord => ({
  ...{ index: 0, question: 0, choice: 0, group: 0, latencyMs: 0 },
});
