/** Epsilon counts in thousandths everywhere, so that budgets add up without rounding. */
export const epsilonParts = 1_000;

const decay = (thousandths: number): number => Math.exp(-thousandths / epsilonParts);

/**
 * The smallest noisy count that may be shown of a cell that only one person might be in: with probability 1 - delta the noise
 * alone does not reach it. Smallest T with q^(T-1) / (1+q) <= delta.
 */
export function thresholdOf(thousandths: number, delta: number): number {
  const q = decay(thousandths);
  const exact = 1 + Math.log(delta * (1 + q)) / Math.log(q);
  return Math.max(1, Math.ceil(exact));
}

/** How far a published count is off at most, in 95 of 100 cases. */
export function error95Of(thousandths: number): number {
  const q = decay(thousandths);
  // P(|Y| > m) = 2 q^(m+1) / (1+q).
  return Math.max(0, Math.ceil(Math.log((0.05 * (1 + q)) / 2) / Math.log(q)) - 1);
}

/** The chance that the noise is `least` or more. */
export function chanceAtLeast(thousandths: number, least: number): number {
  const q = decay(thousandths);
  return least > 0 ? q ** least / (1 + q) : 1 - q ** (1 - least) / (1 + q);
}

/** Standard deviation of the noise, in answers. */
export function deviationOf(thousandths: number): number {
  const q = decay(thousandths);
  return Math.sqrt(2 * q) / (1 - q);
}
