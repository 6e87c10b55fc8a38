/** Chance that repeats: sfc32 (Practically Random), the same numbers for the same seed on every machine. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number) {
    // The low and the high half both matter, so that 2^32 + 1 is another seed than 1.
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    for (let warmUp = 0; warmUp < 15; warmUp++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with all 53 bits of a double. */
  unit(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.uint32() >>> 24);
  }
}
