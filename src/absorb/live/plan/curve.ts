/** How answers come in after a reveal: a gamma distribution, whose mode is (shape - 1) × scale. */
export type Arrival = { shape: number; scaleS: number };

const stepMs = 100;
const stepsPerSecond = 1_000 / stepMs;

/** As long as arrivals are kept: what comes of a vote that is open for a week is no spike, and half a million seconds no picture. */
const curveMsMax = 3_600_000;

/** Share of all answers that comes in each tenth of a second of the window, of its first hour at most; whoever would come later comes not at all. */
export function sharesOf(
  { shape, scaleS }: Arrival,
  { windowMs }: { windowMs: number },
): Float64Array {
  const steps = Math.ceil(Math.min(windowMs, curveMsMax) / stepMs);
  const density = Float64Array.from({ length: steps }, (_, step) => {
    const x = ((step + 0.5) * stepMs) / 1_000 / scaleS;
    return x ** (shape - 1) * Math.exp(-x);
  });
  const sum = density.reduce((all, each) => all + each, 0);
  return density.map((each) => each / sum);
}

/** The share of the answers within the busiest second, wherever that second begins. */
export function busiestSecond(shares: Float64Array): number {
  let sum = 0;
  let most = 0;
  for (const [at, share] of shares.entries()) {
    sum += share - (shares[at - stepsPerSecond] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}

/** The same by whole seconds, for pictures and for generators. */
export function perSecond(shares: Float64Array): number[] {
  const seconds: number[] = [];
  for (let at = 0; at < shares.length; at += stepsPerSecond)
    seconds.push(shares.subarray(at, at + stepsPerSecond).reduce((all, each) => all + each, 0));
  return seconds;
}
