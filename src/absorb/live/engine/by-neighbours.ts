import { recordWords } from "./record.ts";

/** Records that are sorted at a time. */
const togetherMax = 1_000_000;
/** Participants whose records come together: what is kept of so many fits the cache of a core. */
const neighbourBits = 17;

/**
 * Gathers the records of a log and gives them on by participants who are kept near each other. One after another as they came,
 * each would wait for memory on its own: ten million take three times as long.
 */
export class ByNeighbours {
  private readonly from = new Uint32Array(togetherMax * recordWords);
  private readonly sorted = new Uint32Array(togetherMax * recordWords);
  private used = 0;
  private readonly give: (words: Uint32Array) => void;

  constructor(give: (words: Uint32Array) => void) {
    this.give = give;
  }

  /** Takes the records that begin at a word. */
  add(words: Uint32Array, at: number, records: number): void {
    const length = records * recordWords;
    if (this.used + length > this.from.length) this.flush();
    this.from.set(words.subarray(at, at + length), this.used);
    this.used += length;
  }

  /** Gives on what is left, and its own memory back. */
  end(): void {
    this.flush();
    for (const { buffer } of [this.from, this.sorted]) buffer.transfer(0);
  }

  private flush(): void {
    const { from, sorted, used } = this;
    const ends = new Uint32Array(2 ** (32 - neighbourBits));
    for (let at = 0; at < used; at += recordWords) {
      const place = (from[at] as number) >>> neighbourBits;
      ends[place] = (ends[place] as number) + recordWords;
    }
    for (let place = 0, end = 0; place < ends.length; place++) {
      const size = ends[place] as number;
      ends[place] = end;
      end += size;
    }
    for (let at = 0; at < used; at += recordWords) {
      const place = (from[at] as number) >>> neighbourBits;
      const to = ends[place] as number;
      sorted[to] = from[at] as number;
      sorted[to + 1] = from[at + 1] as number;
      sorted[to + 2] = from[at + 2] as number;
      ends[place] = to + recordWords;
    }
    this.give(sorted.subarray(0, used));
    this.used = 0;
  }
}
