import { type Expected, surprise } from "./baseline.ts";

const hoursPerWeek = 168;
/** Fewer are never a spike, however rare the issue was. */
const eventsMin = 3;
/** And a spike is a multiple of the ordinary, not just more than the ordinary can explain. */
const factorMin = 3;
/** One person's broken browser is no spike. */
const peopleMin = 2;

/** An inbox that is still empty fills: its budget is not spent on the first errors, which are told as new anyway. */
const issuesMin = 100;

/** How many false pages a week the operator bears, over all issues and tests. */
export type Budget = { falsePagesPerWeek: number; issues: number; testsPerHour: number };

/** The chance at which one test may cry wolf, so that all of them together keep to the budget. */
export const alarmChance = ({ falsePagesPerWeek, issues, testsPerHour }: Budget): number =>
  falsePagesPerWeek / (Math.max(issuesMin, issues) * testsPerHour * hoursPerWeek);

/** What was seen in one window; `people` are different users or hosts, absent where events do not say. */
export type Seen = { events: number; people?: number | undefined };

export const couldBeSpike = ({ events, people }: Seen, { mean }: Expected): boolean =>
  events >= eventsMin &&
  events >= factorMin * mean &&
  (people === undefined || people >= peopleMin);

/** Is this a spike, and how unlikely is it otherwise? The chance is only worked out where it can matter. */
export function verdict(
  seen: Seen,
  of: Expected,
  alpha: number,
): { isSpike: boolean; chance: number } {
  if (!couldBeSpike(seen, of)) return { isSpike: false, chance: 1 };
  const chance = surprise(seen.events, of);
  return { isSpike: chance < alpha, chance };
}

/** A spike is over when so many windows in a row look ordinary again. */
export const calmWindows = 3;
export const calmChance = 0.05;
