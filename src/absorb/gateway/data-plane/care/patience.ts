import type { PatienceTarget } from "./settings.ts";

/** Buckets of half octaves from here on: the plane's clock is no finer. */
const finestMs = 100;
const bucketsCount = 24;
/** Before so many answers nothing is known. */
const answersMin = 20;
/** Once a second: what was learned is half gone after half a minute. */
const fadeFactor = 0.98;
const slowPathsMax = 256;
const slowForMs = 600_000;

const bucketOf = (ms: number): number =>
  ms < finestMs ? 0 : Math.min(bucketsCount - 1, Math.floor(2 * Math.log2(ms / finestMs)) + 1);
const upTo = (bucket: number): number => finestMs * 2 ** (bucket / 2);

/** Learns how long a service takes to begin its answers, and from when on a request is late. */
export class Patience {
  target: PatienceTarget;
  /** A request is late after so long; never while too little is known. */
  lateMs = Number.POSITIVE_INFINITY;
  readonly #answers = new Float64Array(bucketsCount);
  /** Paths that take long at every instance, by their hash. */
  readonly #slow = new Map<number, number>();

  constructor(target: PatienceTarget) {
    this.target = target;
  }

  /** An answer began after so long. */
  heard(ms: number): void {
    const bucket = bucketOf(ms);
    this.#answers[bucket] = (this.#answers[bucket] ?? 0) + 1;
  }

  /** This path was slow at a second instance too: it lies in the path, and is not tried early again for a while. */
  isSlowByNature(path: number, now: number): void {
    this.#slow.delete(path);
    const [oldest] = this.#slow.keys();
    if (this.#slow.size >= slowPathsMax && oldest !== undefined) this.#slow.delete(oldest);
    this.#slow.set(path, now + slowForMs);
  }
  expectsSlow(path: number, now: number): boolean {
    return (this.#slow.get(path) ?? 0) > now;
  }

  /** Called each second. */
  look(): void {
    let sum = 0;
    for (const each of this.#answers) sum += each;
    let above = sum / 100;
    let bucket = bucketsCount - 1;
    while (bucket > 0 && (this.#answers[bucket] ?? 0) <= above) {
      above -= this.#answers[bucket] ?? 0;
      bucket--;
    }
    const { minMs, factor } = this.target;
    this.lateMs =
      sum < answersMin ? Number.POSITIVE_INFINITY : Math.max(minMs, factor * upTo(bucket));
    for (let i = 0; i < bucketsCount; i++) this.#answers[i] = (this.#answers[i] ?? 0) * fadeFactor;
  }
}
