const width = 65_536;
const rows = 4;
const countMax = 15;
/** After so many notes all counts are halved, so that what was popular long ago does not stay so. */
const notesPerHalving = width * 8;
const odd = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

/** How often a key was asked for lately, in 256 KB whatever the number of keys: a count-min sketch that forgets. */
export class Sketch {
  readonly #counts = new Uint8Array(width * rows);
  #notes = 0;

  note(hash32: number): void {
    for (let row = 0; row < rows; row++) {
      const at = slot(row, hash32);
      const count = this.#counts[at] as number;
      if (count < countMax) this.#counts[at] = count + 1;
    }
    if (++this.#notes >= notesPerHalving) this.#halve();
  }

  estimate(hash32: number): number {
    let least = countMax;
    for (let row = 0; row < rows; row++) {
      least = Math.min(least, this.#counts[slot(row, hash32)] as number);
    }
    return least;
  }

  #halve(): void {
    this.#notes = 0;
    for (let at = 0; at < this.#counts.length; at++) {
      this.#counts[at] = (this.#counts[at] as number) >>> 1;
    }
  }
}

const slot = (row: number, hash32: number): number =>
  row * width + (Math.imul(hash32 ^ (hash32 >>> 15), odd[row] as number) >>> 16);
