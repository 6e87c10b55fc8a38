import type { Expected } from "./baseline.ts";

/** A rate that doubled is what the sum waits for. */
const growth = 2;
/** The reference value that separates a rate λ from 2λ soonest: (2λ - λ) / ln 2 (Lucas 1985, Poisson CUSUM). */
const reference = (growth - 1) / Math.log(growth);
const halvings = 50;

/** A CUSUM: sums up what comes beyond the ordinary, and so sees the slow ramp that no single hour gives away. */
export function climb(sum: number, of: { events: number; mean: number }): number {
  return Math.max(0, sum + of.events - reference * of.mean);
}

/**
 * The height at which a ramp is told, so that an unchanged rate reaches it about once in `1 / alpha` slots. The sum's highest
 * point falls off as e^(-θh), where θ is the root of E[e^(θ(Y - κμ))] = 1 (Cramér-Lundberg), so that bursts raise the height as
 * much as they must. `of` is an ordinary slot.
 */
export const alarmHeight = (of: Expected, alpha: number): number =>
  Math.log(1 / alpha) / decayOf(of);

function decayOf({ mean, size }: Expected): number {
  const p = mean / (mean + size);
  /** The logarithm of the moment above; below 0 until the root. */
  const log = (theta: number): number =>
    size * (Math.log1p(-p) - Math.log1p(-p * Math.exp(theta))) - theta * reference * mean;
  let [low, high] = [0, -Math.log(p)];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (log(middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}
