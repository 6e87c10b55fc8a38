import type { Sum, Tallies } from "../tallies.ts";
import { TrustedProxies } from "../trusted.ts";
import { Buckets } from "./buckets.ts";
import { networkOf } from "./caller.ts";
import { type Mark, Scanners } from "./scanners.ts";
import type { ScannerSettings } from "./settings.ts";

/** An attack from everywhere is many marks; so many become facts, the others are only counted. */
const factsPerBurst = 20;
const factEveryMs = 3_000;
const untoldMax = 1_000;

/** A worker marked someone. */
export type ScannerMarked = { what: "scanner-marked"; mark: Mark; dryRun: boolean };

/** Scanners as one worker meets them: with the clock, the counters and the other workers. */
export class ScannerWatch {
  readonly scanners: Scanners;
  readonly #never: TrustedProxies;
  readonly #facts = new Buckets({ everyMs: factEveryMs, burst: factsPerBurst });
  readonly #tallies: Tallies;
  readonly #refused: Sum;
  readonly #tell: (fact: ScannerMarked) => void;
  #untold: Mark[] = [];

  constructor(settings: ScannerSettings, tallies: Tallies, tell: (fact: ScannerMarked) => void) {
    this.scanners = new Scanners(settings, () => crypto.randomUUID());
    this.#never = new TrustedProxies(settings.never);
    this.#tallies = tallies;
    this.#refused = tallies.scannersMet(settings.mode === "on" ? "refused" : "would-refuse");
    this.#tell = tell;
  }

  get hasMarks(): boolean {
    return this.scanners.hasMarks;
  }
  get isDryRun(): boolean {
    return this.scanners.settings.mode !== "on";
  }

  /** How long the caller is refused yet; 0 when they are not. */
  check(network: string): number {
    const now = Date.now();
    const mark = this.scanners.markOf(network, now);
    if (mark === undefined) return 0;
    this.#refused.add();
    return this.isDryRun ? 0 : mark.until - now;
  }

  isMarked(network: string): boolean {
    return this.scanners.markOf(network, Date.now()) !== undefined;
  }

  answered(address: string, path: string, status: number): void {
    if (this.#never.has(address)) return;
    const now = Date.now();
    const mark = this.scanners.answered(networkOf(address), { path, status, now });
    if (mark === undefined) return;
    this.#tallies.scannerMarked(mark.why);
    if (this.#untold.length < untoldMax) this.#untold.push(mark);
    if (this.#facts.take("", now) === 0)
      this.#tell({ what: "scanner-marked", mark, dryRun: this.isDryRun });
  }

  /** The marks made here that the other workers have not heard of. */
  takeUntold(): Mark[] {
    return this.#untold.splice(0);
  }
}
