import { noHistory, type Prior } from "./baseline.ts";

/** How often errors of a project came in their first hour. */
export type FirstHours = { count: number; events: number; eventsSquared: number };
export const noFirstHours: FirstHours = { count: 0, events: 0, eventsSquared: 0 };

const countMin = 10;
/** Beyond it half is forgotten, so that a project may change its ways. */
const countMax = 1_000;
/** A new error is never taken for better known than by so many events. */
const eventsMin = 0.05;
const eventsMax = 5;

export function noteFirstHour(known: FirstHours, events: number): FirstHours {
  const half = known.count >= countMax ? 0.5 : 1;
  return {
    count: known.count * half + 1,
    events: known.events * half + events,
    eventsSquared: known.eventsSquared * half + events * events,
  };
}

/**
 * What a new error of this project is taken for (empirical Bayes): the gamma distribution of rates whose negative binomial has
 * the mean and the variance of the first hours that were seen.
 */
export function priorFrom({ count, events, eventsSquared }: FirstHours): Prior {
  if (count < countMin) return noHistory;
  const mean = events / count;
  const variance = eventsSquared / count - mean * mean;
  const shape = variance > mean ? (mean * mean) / (variance - mean) : eventsMax;
  const weight = Math.min(eventsMax, Math.max(eventsMin, shape));
  return { events: weight, hours: weight / mean };
}
