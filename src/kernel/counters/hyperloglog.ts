import { ByteReader, ByteWriter } from "./bytes.ts";

const precision = 12;
const registerCount = 1 << precision;
/** Hash bits left for the rank. */
const rankBits = 32 - precision;
const rankMax = rankBits + 1;

const dense = 1;
const sparse = 2;

/** How many different values: HyperLogLog over 32-bit hashes, 4096 registers, standard error 1.6 %. */
export class HyperLogLog {
  readonly #registers = new Uint8Array(registerCount);

  /** Notes a value by its hash (see `hash32`); true when that changed the sketch. */
  note(hash: number): boolean {
    const register = hash >>> rankBits;
    const rank = Math.clz32((hash << precision) | (1 << (precision - 1))) + 1;
    if (rank <= (this.#registers[register] as number)) return false;
    this.#registers[register] = rank;
    return true;
  }

  merge(other: HyperLogLog): void {
    for (let at = 0; at < registerCount; at++) {
      const theirs = other.#registers[at] as number;
      if (theirs > (this.#registers[at] as number)) this.#registers[at] = theirs;
    }
  }

  /**
   * Ertl's improved raw estimator (arXiv 1702.01284, algorithm 6): no bias from zero to the end of the range and no
   * table of corrections; then what 32-bit hashes lost to collisions.
   */
  value(): number {
    const withRank = new Uint32Array(rankMax + 1);
    for (const rank of this.#registers) withRank[rank] = (withRank[rank] as number) + 1;
    const at = (rank: number): number => withRank[rank] as number;
    let z = registerCount * tau(1 - at(rankMax) / registerCount);
    for (let rank = rankBits; rank >= 1; rank--) z = 0.5 * (z + at(rank));
    z += registerCount * sigma(at(0) / registerCount);
    const estimate = (registerCount * registerCount) / (2 * Math.LN2 * z);
    const possible = 2 ** 32;
    return estimate < possible ? -possible * Math.log1p(-estimate / possible) : estimate;
  }

  isEmpty(): boolean {
    return this.#registers.every((rank) => rank === 0);
  }

  clear(): void {
    this.#registers.fill(0);
  }

  /** Few registers as (distance, rank) pairs, many as they are. */
  encode(): Uint8Array {
    // Plain loops: iterators over 4096 registers cost ten times as much, and every new user of an error comes by here.
    let used = 0;
    for (let at = 0; at < registerCount; at++) if (this.#registers[at] !== 0) used++;
    if (used * 2.5 > registerCount) {
      const out = new Uint8Array(registerCount + 1);
      out[0] = dense;
      out.set(this.#registers, 1);
      return out;
    }
    const out = new ByteWriter().whole(sparse);
    let last = 0;
    for (let at = 0; at < registerCount; at++) {
      const rank = this.#registers[at] as number;
      if (rank === 0) continue;
      out.whole(at - last).whole(rank);
      last = at;
    }
    return out.done();
  }

  static decode(bytes: Uint8Array): HyperLogLog {
    const made = new HyperLogLog();
    if (bytes[0] === dense && bytes.length === registerCount + 1) {
      made.#registers.set(bytes.subarray(1));
      return made;
    }
    const from = new ByteReader(bytes);
    if (from.whole() !== sparse) throw new RangeError("Not a HyperLogLog of 4096 registers.");
    for (let at = 0; from.left > 0;) {
      at += from.whole();
      made.#registers[at] = from.whole();
    }
    return made;
  }
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z] = [share, 1, share];
  for (let last = Number.NaN; z !== last;) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z] = [share, 1, 1 - share];
  for (let last = Number.NaN; z !== last;) {
    x = Math.sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
