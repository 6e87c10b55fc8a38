import { type Past, type Prior, noHistory } from "./baseline.ts";

/** Before anything is seen, a fix is taken to work as often as not. */
const evenOdds = 0.5;

/**
 * How likely an error is gone after so much quiet, in hours of ordinary traffic since the fix went live: by Bayes' rule, from the
 * chance that an error which goes on would have been silent for so long (the zero of a negative binomial).
 */
export function chanceOfFixed(past: Past, quietHours: number, prior: Prior = noHistory): number {
  const events = prior.events + past.events;
  const hours = prior.hours + past.hours;
  const silentAnyway = (hours / (hours + Math.max(0, quietHours))) ** events;
  return evenOdds / (evenOdds + (1 - evenOdds) * silentAnyway);
}
