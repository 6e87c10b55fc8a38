import { Sketch } from "./sketch.ts";
import type { Stored } from "./stored.ts";

/** More variants of one URL than this are not kept: the one that was used longest ago goes. */
const variantsMax = 16;
/** The share of the budget for what was used more than once. */
const protectedShare = 0.8;
/** What is used again within this time counts once: popular pages are not moved about with every request. */
const touchMs = 1_000;

/** All that is stored for one key. */
export type Slot = { key: string; hash: number; variants: Stored[]; bytes: number };

/**
 * What a worker holds in memory, within a budget of bytes: a segmented LRU behind a frequency sketch (W-TinyLFU without
 * the window). Who is new must have been asked for more often than whom it would push out, so one-hit wonders push out nobody.
 */
export class Memory {
  bytes = 0;
  bytesMax: number;
  readonly #hash: (text: string) => number;
  readonly #sketch = new Sketch();
  readonly #probation = new Map<string, Slot>();
  readonly #protected = new Map<string, Slot>();
  #protectedBytes = 0;

  constructor(bytesMax: number, hash: (text: string) => number) {
    this.bytesMax = bytesMax;
    this.#hash = hash;
  }

  get size(): number {
    return this.#probation.size + this.#protected.size;
  }

  /** Looks without counting it as use. */
  peek(key: string): Slot | undefined {
    return this.#protected.get(key) ?? this.#probation.get(key);
  }

  /** Somebody asked for what is not here. */
  missed(key: string): void {
    this.#sketch.note(this.#hash(key));
  }

  /** How often a URL was asked for lately. */
  timesAsked(key: string): number {
    return this.#sketch.estimate(this.#hash(key));
  }

  /** Somebody was answered with it. */
  used(stored: Stored, now: number): void {
    if (now - stored.touchedAt < touchMs) return;
    stored.touchedAt = now;
    const slot = this.peek(stored.key);
    if (slot === undefined) return;
    this.#sketch.note(slot.hash);
    if (!this.#protected.delete(slot.key)) {
      this.#probation.delete(slot.key);
      this.#protectedBytes += slot.bytes;
    }
    this.#protected.set(slot.key, slot);
    this.#demote();
  }

  /** Keeps it if it earns its place; false when it does not. It replaces the variant with the same selectors. */
  keep(stored: Stored): boolean {
    if (stored.bytes > this.bytesMax) return false;
    const known = this.peek(stored.key);
    if (known === undefined) return this.#admit(stored);
    const same = known.variants.findIndex((each) => isSameVariant(each, stored));
    if (same >= 0) this.#change(known, -(known.variants.splice(same, 1)[0] as Stored).bytes);
    if (known.variants.length >= variantsMax) {
      const oldest = known.variants.toSorted((a, b) => a.touchedAt - b.touchedAt)[0] as Stored;
      known.variants.splice(known.variants.indexOf(oldest), 1);
      this.#change(known, -oldest.bytes);
    }
    known.variants.unshift(stored);
    this.#change(known, stored.bytes);
    this.#shrink();
    return true;
  }

  #admit(stored: Stored): boolean {
    const hash = this.#hash(stored.key);
    const wins = this.#sketch.estimate(hash);
    let room = this.bytesMax - this.bytes;
    const victims: Slot[] = [];
    for (const victim of this.#victims()) {
      if (room >= stored.bytes) break;
      if (this.#sketch.estimate(victim.hash) >= wins) return false;
      victims.push(victim);
      room += victim.bytes;
    }
    for (const victim of victims) this.remove(victim.key);
    const slot: Slot = { key: stored.key, hash, variants: [stored], bytes: stored.bytes };
    this.#probation.set(slot.key, slot);
    this.bytes += slot.bytes;
    return true;
  }

  *#victims(): Generator<Slot> {
    yield* this.#probation.values();
    yield* this.#protected.values();
  }

  #change(slot: Slot, bytes: number): void {
    slot.bytes += bytes;
    this.bytes += bytes;
    if (this.#protected.has(slot.key)) this.#protectedBytes += bytes;
  }

  #demote(): void {
    while (this.#protectedBytes > this.bytesMax * protectedShare && this.#protected.size > 1) {
      const oldest = this.#protected.values().next().value as Slot;
      this.#protected.delete(oldest.key);
      this.#protectedBytes -= oldest.bytes;
      this.#probation.set(oldest.key, oldest);
    }
  }

  #shrink(): void {
    for (const victim of this.#victims()) {
      if (this.bytes <= this.bytesMax) return;
      this.remove(victim.key);
    }
  }

  resize(bytesMax: number): void {
    this.bytesMax = bytesMax;
    this.#demote();
    this.#shrink();
  }

  /** Takes all variants of a key out. */
  remove(key: string): Slot | undefined {
    const slot = this.peek(key);
    if (slot === undefined) return undefined;
    if (this.#protected.delete(key)) this.#protectedBytes -= slot.bytes;
    this.#probation.delete(key);
    this.bytes -= slot.bytes;
    return slot;
  }

  /** More belongs to what is kept here now; false when it is not kept any more. */
  grow(stored: Stored, bytes: number): boolean {
    const slot = this.peek(stored.key);
    if (slot === undefined || !slot.variants.includes(stored)) return false;
    stored.bytes += bytes;
    this.#change(slot, bytes);
    this.#shrink();
    return true;
  }

  /** Takes one variant out. */
  removeVariant(stored: Stored): void {
    const slot = this.peek(stored.key);
    const at = slot?.variants.indexOf(stored) ?? -1;
    if (slot === undefined || at < 0) return;
    slot.variants.splice(at, 1);
    this.#change(slot, -stored.bytes);
    if (slot.variants.length === 0) this.remove(slot.key);
  }

  *[Symbol.iterator](): Generator<Slot> {
    yield* this.#victims();
  }
}

/** Would both answer the same requests? */
export const isSameVariant = (a: Stored, b: Stored): boolean =>
  a.selectors.length === b.selectors.length &&
  a.selectors.every(([name, value], i) => {
    const other = b.selectors[i];
    return other !== undefined && other[0] === name && other[1] === value;
  });
