import { chanceOfAtLeast } from "./negative-binomial.ts";

/** How fast the past is forgotten: a week ago counts half. */
export const halfLifeHours = 168;
/** Before anything is known, an issue is taken to happen once in 48 hours of ordinary traffic, and that guess weighs a day. */
export const noHistory = { events: 0.5, hours: 24 };
/** So many events weigh as much as the guess that errors come in bursts. */
const burstGuessEvents = 5;
/** However many there were: from a few hours nobody can tell what comes in bursts from what comes evenly. */
const burstGuessHours = 24;

/** What is remembered of an issue's past slots, in five decaying sums. `exposure` is traffic: 1 is an ordinary hour of it. */
export type Past = {
  events: number;
  hours: number;
  eventsSquared: number;
  eventsByHours: number;
  hoursSquared: number;
};
export const nothing: Past = {
  events: 0,
  hours: 0,
  eventsSquared: 0,
  eventsByHours: 0,
  hoursSquared: 0,
};

export type Slot = { events: number; exposure: number };
/** A guess before there is a past: from other issues of the project, or `noHistory`. */
export type Prior = { events: number; hours: number };

/** The past, one slot later. A slot that was a spike is left out, so that it does not become what is expected. */
export function remember(
  past: Past,
  slot: Slot,
  of: { slotHours: number; isSpike: boolean },
): Past {
  const kept = 2 ** (-of.slotHours / halfLifeHours);
  const { events, exposure } = of.isSpike ? { events: 0, exposure: 0 } : slot;
  return {
    events: past.events * kept + events,
    hours: past.hours * kept + exposure,
    eventsSquared: past.eventsSquared * kept + events * events,
    eventsByHours: past.eventsByHours * kept + events * exposure,
    hoursSquared: past.hoursSquared * kept + exposure * exposure,
  };
}

/** What a slot should look like: the mean, and the size of the negative binomial around it. */
export type Expected = { mean: number; size: number };

/**
 * The discounted gamma-Poisson predictive: a negative binomial whose spread holds both that the rate is not known well and that
 * errors come in bursts.
 */
export function expected(past: Past, exposure: number, prior: Prior = noHistory): Expected {
  const events = prior.events + past.events;
  // The more was seen, the less the guess weighs: a day of it would halve the rate of whatever began yesterday.
  const rate = events / ((prior.hours * prior.events) / events + past.hours);
  // For the spread it keeps its weight: a rate taken too low makes what was seen look burstier, never steadier.
  const low = events / (prior.hours + past.hours);
  const spread =
    past.eventsSquared -
    2 * low * past.eventsByHours +
    low * low * past.hoursSquared -
    low * past.hours;
  const scale = low * low * past.hoursSquared;
  const seen = scale > 0 ? Math.max(0, spread) / scale : 0;
  const trust = (events / (events + burstGuessEvents)) * Math.min(1, past.hours / burstGuessHours);
  const burstiness = trust * seen + (1 - trust);
  return { mean: rate * exposure, size: 1 / (burstiness + 1 / events) };
}

/** How likely so many events, or more, are when nothing is wrong. */
export const surprise = (events: number, of: Expected): number => chanceOfAtLeast(events, of);

/** How likely it is that nothing at all comes when nothing is wrong. */
export const chanceOfNone = ({ mean, size }: Expected): number => (1 + mean / size) ** -size;
