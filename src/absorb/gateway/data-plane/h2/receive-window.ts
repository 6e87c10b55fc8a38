/** What may still come of a flow-controlled body before we have taken what came (RFC 9113 §5.2). */
export class ReceiveWindow {
  #left: number;
  #taken = 0;
  readonly #renewBytes: number;

  constructor(bytes: number) {
    this.#left = bytes;
    this.#renewBytes = bytes / 2;
  }

  /** False when more came than may. */
  fits(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** So much is held no longer; by how much the sender should hear that the window grows, often 0. */
  taken(bytes: number): number {
    this.#taken += bytes;
    if (this.#taken < this.#renewBytes) return 0;
    const renewed = this.#taken;
    this.#left += renewed;
    this.#taken = 0;
    return renewed;
  }
}
