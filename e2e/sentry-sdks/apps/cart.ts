export type Line = { sku: string; price?: { cents: number } };

/** The price may be missing: the proofs count on it. */
const centsOf = (line: Line): number => (line.price as { cents: number }).cents;

export function cartTotal(lines: readonly Line[]): number {
  let total = 0;
  for (const line of lines) {
    total += centsOf(line);
  }
  return total;
}
