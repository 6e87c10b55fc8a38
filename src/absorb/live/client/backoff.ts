const firstMs = 400;
const mostMs = 6_000;

/**
 * How long to wait before the next try: a random part of a span that grows. A crowd that lost its node together comes back
 * spread out (full jitter), not all at once; `spanMs` is what the node said such a crowd needs.
 */
export function waitMs(tries: number, chance: () => number, spanMs = 0): number {
  const first = Math.max(firstMs, spanMs);
  return chance() * Math.min(Math.max(mostMs, spanMs), first * 1.6 ** tries);
}
