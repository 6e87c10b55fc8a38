import { outcome, type Outcome } from "../contract/shape.ts";

const binMs = 0.5;
/** The last bin holds everything above. */
const bins = 2_000;
const names = Object.keys(outcome) as (keyof typeof outcome)[];

/** What a hall counted since it started, and how long acks took in the last second. */
export class Meter {
  /** By outcome. */
  readonly counts = new Float64Array(names.length);
  broken: string | undefined;
  private took = new Uint32Array(bins);
  private acks = 0;
  private before = { recorded: 0, at: 0 };
  private readonly clock: { now(): number };

  constructor(clock: { now(): number }) {
    this.clock = clock;
    this.before.at = clock.now();
  }

  count(of: Outcome, n = 1): void {
    this.counts[of] = (this.counts[of] as number) + n;
  }

  acked(tookMs: number): void {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(tookMs / binMs)));
    this.took[bin] = (this.took[bin] as number) + 1;
    this.acks++;
  }

  refused(): Record<string, number> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const n = this.counts[outcome[name]] as number;
        return outcome[name] >= outcome.early && n > 0 ? [[name, n]] : [];
      }),
    );
  }

  /** The last second's figures; the next call begins another one. */
  take(): { perSecond: number; ackMsP50: number; ackMsP99: number } {
    const now = this.clock.now();
    const recorded = this.counts[outcome.recorded] as number;
    const seconds = Math.max(0.001, (now - this.before.at) / 1_000);
    const taken = {
      perSecond: (recorded - this.before.recorded) / seconds,
      ackMsP50: this.quantile(0.5),
      ackMsP99: this.quantile(0.99),
    };
    this.before = { recorded, at: now };
    this.took.fill(0);
    this.acks = 0;
    return taken;
  }

  private quantile(share: number): number {
    let left = this.acks * share;
    if (left === 0) return 0;
    for (let bin = 0; bin < bins; bin++) {
      left -= this.took[bin] as number;
      if (left <= 0) return (bin + 1) * binMs;
    }
    return bins * binMs;
  }
}
