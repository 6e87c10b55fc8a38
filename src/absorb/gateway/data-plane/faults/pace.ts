import type { Upstream } from "../upstream.ts";

const tickMs = 50;
/** The instance may be so far ahead of the visitor; then it has to wait. */
const heldBytesMax = 262_144;

/** Lets an instance's answer through at a given rate; the head comes at once. */
export class Pace {
  readonly #bytesPerTick: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #credit = 0;
  #timer: Timer | undefined = undefined;
  #hasEnded = false;
  /** It is us who let the instance wait, not the visitor. */
  #isHolding = false;
  #isHeadThrough = false;

  constructor(bytesPerSecond: number) {
    this.#bytesPerTick = (bytesPerSecond * tickMs) / 1_000;
  }

  /** Takes what came from the instance. */
  take(upstream: Upstream, chunk: Buffer): void {
    let rest = chunk;
    if (!this.#isHeadThrough) {
      const end = chunk.indexOf("\r\n\r\n");
      const headEnd = end < 0 ? chunk.length : end + 4;
      this.#isHeadThrough = end >= 0;
      rest = chunk.subarray(headEnd);
      upstream.heard(chunk.subarray(0, headEnd));
    }
    if (rest.length === 0) return;
    this.#held.push(rest);
    this.#heldBytes += rest.length;
    if (this.#heldBytes > heldBytesMax && !upstream.isPaused) {
      this.#isHolding = true;
      upstream.pause();
    }
    this.#timer ??= setInterval(() => this.#tick(upstream), tickMs);
  }

  /** True when the end has to wait for what is held. */
  ends(): boolean {
    this.#hasEnded = true;
    return this.#heldBytes > 0;
  }

  #tick(upstream: Upstream): void {
    if (upstream.isClosed || upstream.exchange?.pace !== this) return this.#stop();
    if (upstream.isPaused && !this.#isHolding) return;
    this.#credit += this.#bytesPerTick;
    while (this.#credit >= 1 && this.#held[0] !== undefined) {
      const first = this.#held[0];
      const part = first.subarray(0, Math.floor(this.#credit));
      if (part.length === first.length) this.#held.shift();
      else this.#held[0] = first.subarray(part.length);
      this.#heldBytes -= part.length;
      this.#credit -= part.length;
      upstream.heard(part);
      if (upstream.exchange?.pace !== this) return this.#stop();
    }
    if (this.#heldBytes === 0) {
      this.#stop();
      if (this.#hasEnded) upstream.ended();
    }
    if (this.#isHolding && this.#heldBytes <= heldBytesMax) {
      this.#isHolding = false;
      upstream.resume();
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#credit = 0;
  }
}
