/**
 * What may still come of flow-controlled bodies before we have taken what came (RFC 9113 §5.2). It begins narrow and
 * grows as what comes is taken, so that who sends to somebody who takes nothing makes us hold little.
 */
export class ReceiveWindow {
  #bytes: number;
  #left: number;
  #taken = 0;
  readonly #bytesMax: number;

  constructor(of: { bytes: number; bytesMax: number }) {
    this.#bytes = of.bytes;
    this.#left = of.bytes;
    this.#bytesMax = of.bytesMax;
  }

  /** False when more came than may. */
  fits(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** So much is held no longer; by how much the sender should hear that the window grows, often 0. */
  taken(bytes: number): number {
    this.#taken += bytes;
    if (this.#taken < this.#bytes / 2) return 0;
    const wider = Math.min(this.#bytes * 2, this.#bytesMax);
    const renewed = this.#taken + wider - this.#bytes;
    this.#bytes = wider;
    this.#left += renewed;
    this.#taken = 0;
    return renewed;
  }
}
