import type { Chance } from "./chance.ts";

/** True with probability e^(-numerator/denominator), for a fraction from 0 to 1 (CKS 2020, algorithm 1). */
function bernoulliExpAtMostOne(chance: Chance, numerator: number, denominator: number): boolean {
  let tries = 1;
  while (chance.coin(numerator, denominator * tries)) tries++;
  return tries % 2 === 1;
}

/** How often e^-1 comes up in a row: a geometric number. */
function geometricOfE(chance: Chance): number {
  let times = 0;
  while (bernoulliExpAtMostOne(chance, 1, 1)) times++;
  return times;
}

/**
 * One draw of the discrete Laplace distribution, P(y) proportional to e^(-|y|·numerator/denominator), exactly: Canonne, Kamath,
 * Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithm 2. Integers only, because the low bits of a
 * floating-point sample betray the count it was added to (Mironov 2012).
 */
export function discreteLaplace(
  chance: Chance,
  { numerator, denominator }: { numerator: number; denominator: number },
): number {
  for (;;) {
    const rest = chance.below(denominator);
    if (!bernoulliExpAtMostOne(chance, rest, denominator)) continue;
    const size = Math.floor((rest + denominator * geometricOfE(chance)) / numerator);
    const isNegative = chance.coin(1, 2);
    // Zero would come twice as often as it should: once with each sign.
    if (isNegative && size === 0) continue;
    return isNegative ? -size : size;
  }
}
