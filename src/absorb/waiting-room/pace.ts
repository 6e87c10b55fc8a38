const minuteMs = 60_000;
const slotMs = 5_000;

/** How fast people come in: counted in slots, so that a minute of any crowd takes little room. */
export class Pace {
  readonly #slots = new Map<number, number>();
  /** Since when somebody waits; 0 while nobody does. */
  #queueingSince = 0;

  note(at: number): void {
    const slot = Math.floor(at / slotMs);
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1);
    if (this.#slots.size > minuteMs / slotMs + 1)
      for (const old of this.#slots.keys())
        if (old < slot - minuteMs / slotMs) this.#slots.delete(old);
  }
  queueing(now: number): void {
    if (this.#queueingSince === 0) this.#queueingSince = now;
  }
  rest(): void {
    this.#queueingSince = 0;
  }

  lastMinute(now: number): number {
    const first = Math.floor((now - minuteMs) / slotMs);
    let count = 0;
    for (const [slot, each] of this.#slots) if (slot > first) count += each;
    return count;
  }

  /** Undefined until people have waited for as long as is looked at. */
  perMinute(now: number): number | undefined {
    const isLongEnough = this.#queueingSince > 0 && now - this.#queueingSince >= 2 * minuteMs;
    return isLongEnough ? this.lastMinute(now) : undefined;
  }
}
