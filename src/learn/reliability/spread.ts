import type { Spread } from "./contract.ts";

/** Between two values as far as the share says (the usual definition, type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** How values are spread; null of none, since nothing is not zero. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => quantile(sorted, share);
  return {
    n: sorted.length,
    ...{ min: at(0), p25: at(0.25), median: at(0.5), p75: at(0.75), p90: at(0.9), max: at(1) },
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
  };
}
