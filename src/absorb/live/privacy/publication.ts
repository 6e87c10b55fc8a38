import { chanceOf, type RandomBytes } from "./chance.ts";
import { epsilonParts, thresholdOf } from "./epsilon.ts";
import { discreteLaplace } from "./laplace.ts";

/** What may be published of one question, and at what price. */
export type Terms = {
  /** Epsilon of this publication, in thousandths. */
  epsilonThousandths: number;
  /** The chance, per cell, that one with one person appears; 0 shows every cell. No part of the promise: all cells are known beforehand. */
  delta: number;
};

/** A table for everybody. A null stands for a cell that is too small to be shown. */
export type NoisyCells = { cells: (number | null)[]; threshold: number };

/**
 * Adds noise to every cell, once. One answer per participant and question is in exactly one cell, so that a whole table costs
 * one epsilon (sensitivity 1, add or remove a person); hiding small values afterwards looks at noisy ones only and costs nothing.
 */
export function noisyCells(
  counts: ArrayLike<number>,
  { epsilonThousandths, delta }: Terms,
  random: RandomBytes,
): NoisyCells {
  const chance = chanceOf(random);
  const threshold = delta > 0 ? thresholdOf(epsilonThousandths, delta) : 0;
  const scale = { numerator: epsilonThousandths, denominator: epsilonParts };
  const cells = Array.from(counts, (count) => {
    const noisy = count + discreteLaplace(chance, scale);
    // A count below nothing says nothing: rounded up afterwards, which needs no budget.
    return delta > 0 && noisy < threshold ? null : Math.max(0, noisy);
  });
  return { cells, threshold };
}
