/** A seeded generator of chances (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

/** Marsaglia and Tsang (2000). */
function gamma(shape: number, chance: () => number): number {
  if (shape < 1) return gamma(shape + 1, chance) * (1 - chance()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(chance);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - chance()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number, chance: () => number): number {
  // A Poisson variate of a large mean is the sum of two of half of it.
  if (mean > 30) return poisson(mean / 2, chance) + poisson(mean / 2, chance);
  const limit = Math.exp(-mean);
  let product = chance();
  let count = 0;
  while (product > limit) {
    count++;
    product *= chance();
  }
  return count;
}

export type Hour = { events: number; exposure: number };
/** How the errors of one issue come: so many an hour, by day and night, evenly or in bursts. */
export type Regime = { name: string; perHour: number; diurnal: boolean; burst?: number };

export const regimes: readonly Regime[] = [
  { name: "Poisson, 0.02/h", perHour: 0.02, diurnal: false },
  { name: "diurnal, 0.2/h", perHour: 0.2, diurnal: true },
  { name: "bursty diurnal, 0.2/h", perHour: 0.2, diurnal: true, burst: 0.5 },
  { name: "diurnal, 2/h", perHour: 2, diurnal: true },
  { name: "bursty diurnal, 2/h", perHour: 2, diurnal: true, burst: 0.5 },
  { name: "diurnal, 20/h", perHour: 20, diurnal: true },
  { name: "bursty diurnal, 20/h", perHour: 20, diurnal: true, burst: 0.5 },
];

/** Hours of one issue: how much traffic there was, and how many errors. Bursts are a negative binomial of size `burst`. */
export function hoursOf(regime: Regime, count: number, chance: () => number): Hour[] {
  return Array.from({ length: count }, (_, hour) => {
    const exposure = regime.diurnal ? 1 + 0.8 * Math.sin((2 * Math.PI * (hour % 24)) / 24) : 1;
    const mean = regime.perHour * exposure;
    const { burst } = regime;
    const rate = burst === undefined ? mean : (mean * gamma(burst, chance)) / burst;
    return { events: poisson(rate, chance), exposure };
  });
}
