const hourMs = 3_600_000;

/** Something that changed: a deploy, an edit of the configuration, a flag. */
export type Change = {
  position: number;
  at: number;
  /** What the change put live, where it is a release: the events say which one they come from. */
  release?: string | undefined;
};

/** What is known of when something began to be wrong. Times are in milliseconds. */
export type Beginning = {
  firstAt: number;
  /** Events per hour in the hours that followed. */
  perHour: number;
  /** The first events by release. */
  releases?: Readonly<Record<string, number>>;
  /** The share of traffic that each release had then. */
  traffic?: Readonly<Record<string, number>>;
};

export type Suspect = { change: Change; likelihoodRatio: number; probability: number };

/** Errors that show up at once still take a moment to be noticed, so a rate is never taken for faster. */
const perHourMax = 3_600;
/** A release that had no traffic on record had a little all the same. */
const trafficMin = 0.01;

/**
 * How much better a change explains when the issue began than chance does. If the change brought it, the wait until the first
 * event is exponential with the rate seen since; by chance, any moment of the window is as good: λW·e^(-λΔ).
 */
function ofTime({ at }: Change, { firstAt, perHour }: Beginning, windowHours: number): number {
  if (at > firstAt) return 0;
  const rate = Math.min(perHour, perHourMax);
  return rate * windowHours * Math.exp((-rate * (firstAt - at)) / hourMs);
}

/** How much better a release explains whose events they are than its share of the traffic does. */
function ofRelease({ release }: Change, { releases, traffic }: Beginning): number {
  if (release === undefined || releases === undefined) return 1;
  const total = Object.values(releases).reduce((sum, each) => sum + each, 0);
  if (total === 0) return 1;
  const here = releases[release] ?? 0;
  const share = Math.max(trafficMin, traffic?.[release] ?? 1);
  // Nothing but the release's own events, one after the other, against as many that fell on it by chance.
  return here === total ? share ** -Math.min(total, 20) : 0.5 ** Math.min(total - here, 20);
}

/**
 * The changes by how likely they brought the issue; what is left of the probability is for none of them. They were looked at
 * `windowHours` back from the beginning, which could have fallen anywhere in them.
 */
export function suspects(
  changes: readonly Change[],
  of: Beginning,
  windowHours: number,
): Suspect[] {
  const weighed = changes.map((change) => ({
    change,
    likelihoodRatio: ofTime(change, of, windowHours) * ofRelease(change, of),
  }));
  const total = weighed.reduce((sum, { likelihoodRatio }) => sum + likelihoodRatio, 1);
  return weighed
    .map((each) => ({ ...each, probability: each.likelihoodRatio / total }))
    .filter(({ likelihoodRatio }) => likelihoodRatio > 0)
    .toSorted((a, b) => b.likelihoodRatio - a.likelihoodRatio);
}
