/** Cuts what comes over a connection where its frames end, without copying what came whole. */
export class FrameReader {
  #parts: Buffer[] = [];
  #bytes = 0;
  /** So many bytes must be there before there is anything to read. */
  #needed: number;

  constructor(neededFirst: number) {
    this.#needed = neededFirst;
  }

  /** What there is to read now; undefined while there is too little. */
  add(chunk: Buffer): Buffer | undefined {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) {
      if (this.#parts.length >= partsMax) this.#parts = [Buffer.concat(this.#parts)];
      return undefined;
    }
    const all = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    this.clear();
    return all;
  }

  /** Keeps what is not a whole frame yet, which will be so many bytes. */
  keep(rest: Buffer, needed: number): void {
    this.#needed = needed;
    if (rest.length === 0) return;
    this.#parts = [rest];
    this.#bytes = rest.length;
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}

/** Whoever sends byte by byte shall not cost an object for each. */
const partsMax = 32;
