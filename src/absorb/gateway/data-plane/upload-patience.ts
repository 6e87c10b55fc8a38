/**
 * How long a body may trickle. Waiting for the visitor uses patience up and what they send gives some back, so whoever stays
 * above the slowest rate has all day, and whoever sends a byte now and then does not hold an instance for ever.
 */
export class UploadPatience {
  readonly #max: number;
  readonly #bytesPerMs: number;
  #leftMs: number;
  /** Since when the visitor is waited for; 0 while it is not theirs to hurry. */
  #since = 0;

  constructor(of: { uploadGraceMs: number; uploadBytesPerSecondMin: number }) {
    this.#max = of.uploadGraceMs;
    this.#leftMs = of.uploadGraceMs;
    this.#bytesPerMs = of.uploadBytesPerSecondMin / 1_000;
  }

  took(bytes: number, now: number): void {
    if (this.#since > 0) this.#leftMs -= now - this.#since;
    this.#since = 0;
    this.#leftMs = Math.min(this.#max, this.#leftMs + bytes / this.#bytesPerMs);
  }

  /** Until when something more must have come; never a longer silence than `idleMs`. */
  until(now: number, idleMs: number): number {
    this.#since = now;
    return now + Math.max(1, Math.min(idleMs, this.#leftMs));
  }

  /** It is the instance that is slow. */
  rest(): void {
    this.#since = 0;
  }
}
