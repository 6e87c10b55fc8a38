const firstMs = 400;
const mostMs = 6_000;

/**
 * How long to wait before the next try: a random part of a span that grows. A crowd that lost its network together comes back
 * spread out (full jitter), not all at once.
 */
export const waitMs = (tries: number, chance: () => number): number =>
  chance() * Math.min(mostMs, firstMs * 1.6 ** tries);
