import { ByteReader, ByteWriter } from "./bytes.ts";

const relativeAccuracy = 0.01;
const gamma = 1 + (2 * relativeAccuracy) / (1 - relativeAccuracy);
const keysPerE = 1 / Math.log(gamma);
/** Values outside 10^-9 … 10^15 are counted in the last bin on their side. */
const keyMin = Math.ceil(Math.log(1e-9) * keysPerE);
const keyMax = Math.ceil(Math.log(1e15) * keysPerE);
const growBy = 64;

const encodedAs = 1;

/**
 * A distribution whose quantiles are within 1 % of a true value: DDSketch with the bins of @datadog/sketches-js
 * (same keys), in a typed array. Zero and less is counted as zero: durations and sizes know no less.
 */
export class DdSketch {
  #bins = new Float64Array(0);
  #firstKey = 0;
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get count(): number {
    return this.#count;
  }

  /** The exact sum of what was recorded. */
  get sum(): number {
    return this.#sum;
  }

  record(value: number): void {
    if (!(value > 0)) return this.#recordZero(value);
    const key = Math.ceil(Math.log(value) * keysPerE);
    let at = key - this.#firstKey;
    if (at < 0 || at >= this.#bins.length) at = this.#reach(key);
    (this.#bins[at] as number)++;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  merge(other: DdSketch): void {
    if (other.#bins.length > 0) {
      this.#reach(other.#firstKey);
      this.#reach(other.#firstKey + other.#bins.length - 1);
    }
    const shift = other.#firstKey - this.#firstKey;
    for (let at = 0; at < other.#bins.length; at++)
      (this.#bins[at + shift] as number) += other.#bins[at] as number;
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** How many were recorded. */
  value(): number {
    return this.#count;
  }

  /** The value at a quantile in 0..1; undefined when nothing was recorded. */
  quantile(quantile: number): number | undefined {
    if (this.#count === 0) return undefined;
    if (quantile <= 0) return this.#min;
    if (quantile >= 1) return this.#max;
    const rank = quantile * (this.#count - 1);
    let seen = this.#zeros;
    if (seen > rank) return 0;
    for (let at = 0; at < this.#bins.length; at++) {
      seen += this.#bins[at] as number;
      if (seen > rank) return this.#within(valueOf(at + this.#firstKey));
    }
    return this.#max;
  }

  /** How many were recorded that are greater; those in the value's own bin do not count. */
  countAbove(value: number): number {
    if (!(value > 0)) return this.#count - this.#zeros;
    const from = Math.max(0, Math.ceil(Math.log(value) * keysPerE) + 1 - this.#firstKey);
    let above = 0;
    for (let at = from; at < this.#bins.length; at++) above += this.#bins[at] as number;
    return above;
  }

  isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Forgets what was recorded and keeps the room for it. */
  clear(): void {
    this.#bins.fill(0);
    this.#zeros = this.#count = this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  encode(): Uint8Array {
    const out = new ByteWriter().whole(encodedAs).whole(this.#zeros);
    out.double(this.#sum).double(this.#min).double(this.#max);
    let last = keyMin;
    for (const [at, count] of this.#bins.entries()) {
      if (count === 0) continue;
      const key = at + this.#firstKey;
      out.whole(key - last).whole(count);
      last = key;
    }
    return out.done();
  }

  static decode(bytes: Uint8Array): DdSketch {
    const from = new ByteReader(bytes);
    if (from.whole() !== encodedAs) throw new RangeError("Not a DDSketch that this version knows.");
    const made = new DdSketch();
    made.#zeros = made.#count = from.whole();
    [made.#sum, made.#min, made.#max] = [from.double(), from.double(), from.double()];
    for (let key = keyMin; from.left > 0;) {
      key += from.whole();
      const count = from.whole();
      const at = made.#reach(key);
      made.#bins[at] = count;
      made.#count += count;
    }
    return made;
  }

  #recordZero(value: number): void {
    if (Number.isNaN(value)) return;
    this.#zeros++;
    this.#count++;
    this.#min = Math.min(this.#min, 0);
    this.#max = Math.max(this.#max, 0);
  }

  #within(value: number): number {
    return Math.min(Math.max(value, this.#min), this.#max);
  }

  /** Makes room for a key and returns its place. */
  #reach(wanted: number): number {
    const key = Math.min(Math.max(wanted, keyMin), keyMax);
    const empty = this.#bins.length === 0;
    const first = empty ? key : this.#firstKey;
    const end = empty ? key + 1 : this.#firstKey + this.#bins.length;
    if (key < first || key >= end || empty) {
      const newFirst = key < first || empty ? Math.max(keyMin, key - growBy) : first;
      const newEnd = key >= end || empty ? Math.min(keyMax, key + growBy) + 1 : end;
      const bins = new Float64Array(newEnd - newFirst);
      bins.set(this.#bins, first - newFirst);
      this.#bins = bins;
      this.#firstKey = newFirst;
    }
    return key - this.#firstKey;
  }
}

/** The value in a bin that is within the accuracy of every value in it. */
const valueOf = (key: number): number => (Math.exp(key / keysPerE) * 2) / (1 + gamma);
