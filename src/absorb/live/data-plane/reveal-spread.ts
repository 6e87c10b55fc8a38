const bins = 501;

/** How even a reveal was: how long before it the last client had its key, and how well the clients' clocks are known. */
export class RevealSpread {
  /** By milliseconds of half a round trip; the last holds everything above. */
  private readonly known = new Uint32Array(bins);
  private count = 0;
  private lastAt = -Infinity;
  private readonly revealAt: number;

  constructor(revealAt: number) {
    this.revealAt = revealAt;
  }

  /** A client's key left at `at`; its way there and back was never shorter than `roundTripMs`, 0 where nothing is known. */
  sent(at: number, roundTripMs: number): void {
    this.lastAt = Math.max(this.lastAt, at);
    if (roundTripMs <= 0) return;
    const bin = Math.min(bins - 1, Math.ceil(roundTripMs / 2));
    this.known[bin] = (this.known[bin] as number) + 1;
    this.count++;
  }

  /** Nothing before somebody was sent a key. A client's guess of this clock is wrong by half its round trip at most. */
  told(): { keySpareMs: number; clockWithinMs?: number } | undefined {
    if (this.lastAt === -Infinity) return undefined;
    const keySpareMs = this.revealAt - this.lastAt;
    return this.count === 0 ? { keySpareMs } : { keySpareMs, clockWithinMs: this.within(0.99) };
  }

  private within(share: number): number {
    let left = this.count * share;
    for (let bin = 0; bin < bins; bin++) {
      left -= this.known[bin] as number;
      if (left <= 0) return bin;
    }
    return bins;
  }
}
