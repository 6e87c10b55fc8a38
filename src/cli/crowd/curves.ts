/** The shape of a crowd over time: how full it is at `at` of `length`, from 0 to 1. Seconds. */
export type Shape = (at: number, length: number) => number;

const buzzRiseShare = 0.1;
const buzzHalfLifeShare = 0.2;

/** The front page of a big site: everybody within minutes, then a long tail. */
const buzz: Shape = (at, length) => {
  const rise = length * buzzRiseShare;
  return at < rise ? (at / rise) ** 2 : 0.5 ** ((at - rise) / (length * buzzHalfLifeShare));
};

const quizPeakShare = 0.15;

/** A question on a live show: everybody answers within the window, most of them at once; then it is quiet until the next. */
const quiz =
  (windowSeconds: number, everySeconds: number): Shape =>
  (at) => {
    const into = (at % everySeconds) / windowSeconds;
    if (into >= 1) return 0;
    const x = into / quizPeakShare;
    return x * Math.exp(1 - x);
  };

export const curveNames = ["steady", "buzz", "quiz", "replay"] as const;
export type CurveName = (typeof curveNames)[number];

/** The shape of each curve that is not a recording. */
export const shapes = { steady: (): Shape => () => 1, buzz: (): Shape => buzz, quiz };

const stepSeconds = 0.05;

/** The mean of a shape over a length. */
export function meanOf(shape: Shape, length: number): number {
  const steps = Math.max(1, Math.ceil(length / stepSeconds));
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += shape(((i + 0.5) * length) / steps, length);
  return sum / steps;
}

/** A repeatable stream of chance in [0, 1) (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Arrivals = {
  shape: Shape;
  /** Visits per second at the top of the shape. */
  peakPerSecond: number;
  seconds: number;
  random: () => number;
};

/** When visitors arrive, in milliseconds from the start: a Poisson process, since visitors do not know of each other. */
export function* arrivalTimes({
  shape,
  peakPerSecond,
  seconds,
  random,
}: Arrivals): Generator<number> {
  if (peakPerSecond <= 0) return;
  // Thinning: candidates at the peak rate, each kept with the probability that the shape gives it.
  for (let at = 0; ;) {
    at -= Math.log(1 - random()) / peakPerSecond;
    if (at >= seconds) return;
    if (random() < shape(at, seconds)) yield at * 1000;
  }
}
