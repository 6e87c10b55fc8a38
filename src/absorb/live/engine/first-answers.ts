/**
 * Who answered one question, and what first: four bits for each participant, zero for none yet. It is the dedupe and the
 * memory of first answers in one; 5 MB for ten million.
 */
export class FirstAnswers {
  readonly bytes: Uint8Array;

  constructor(slots: number) {
    this.bytes = new Uint8Array((slots + 1) >> 1);
  }

  /** The choice that stands, or -1. */
  of(slot: number): number {
    return (((this.bytes[slot >> 1] as number) >> ((slot & 1) << 2)) & 15) - 1;
  }

  /** Records the first answer; `of` must have said that there is none. */
  record(slot: number, choice: number): void {
    this.bytes[slot >> 1] = (this.bytes[slot >> 1] as number) | ((choice + 1) << ((slot & 1) << 2));
  }
}
