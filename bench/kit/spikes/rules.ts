import {
  expected,
  noHistory,
  nothing,
  remember,
} from "../../../src/observe/errors/spikes/baseline.ts";
import { verdict } from "../../../src/observe/errors/spikes/verdict.ts";
import { median } from "../rows.ts";
import type { Hour } from "./regimes.ts";

/** A rule follows the hours of one issue: would it alarm at this one, and then it learns from it. */
export type Follower = {
  alarms(hour: Hour, extra?: number): boolean;
  learn(hour: Hour): void;
};
export type Rule = { name: string; follow(): Follower };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);
const deviation = (values: readonly number[], about: number): number =>
  Math.sqrt(mean(values.map((each) => (each - about) ** 2)));

/** Keeps the counts of the last hours for a rule that looks at them. */
function looking(hours: number, alarms: (last: readonly number[], events: number) => boolean) {
  return (): Follower => {
    const last: number[] = [];
    return {
      alarms: ({ events }, extra = 0) => alarms(last, events + extra),
      learn: ({ events }) => {
        last.push(events);
        if (last.length > hours) last.shift();
      },
    };
  };
}

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** Sentry's forecast of escalating issues, as its source has it: a ceiling made of the last seven days. */
function sentryCeiling(last: readonly number[]): number {
  const average = mean(last);
  const spread = deviation(last, average);
  if (average === 0) return 10 * Math.max(0, ...last);
  const limitByMax = Math.max(...last) * clamp(5 * Math.exp(-0.65 * (spread / average)), 2, 5);
  return Math.max(limitByMax, average + average * clamp((average + 5 * spread) / average, 5, 8));
}

function ours(alpha: number): Rule {
  return {
    name: "Castor",
    follow: () => {
      let past = nothing;
      let wasSpike = false;
      return {
        alarms: ({ events, exposure }, extra = 0) =>
          verdict({ events: events + extra }, expected(past, exposure, noHistory), alpha).isSpike,
        learn(hour) {
          wasSpike = this.alarms(hour);
          past = remember(past, hour, { slotHours: 1, isSpike: wasSpike });
        },
      };
    },
  };
}

/** Ours at this chance of a false alarm per test, and what others do. */
export const rulesAt = (alpha: number): { castor: Rule; peers: readonly Rule[] } => ({
  castor: ours(alpha),
  peers: [
    {
      name: "Sentry's forecast",
      follow: looking(168, (last, events) => last.length > 0 && events > sentryCeiling(last)),
    },
    {
      name: "median, z > 3.5",
      follow: looking(168, (last, events) => {
        const middle = median(last);
        const about = median(last.map((each) => Math.abs(each - middle)));
        return events >= 3 && (0.6745 * (events - middle)) / Math.max(about, 1) > 3.5;
      }),
    },
    {
      name: "10 × mean of a day",
      follow: looking(24, (last, events) => events >= 3 && events > 10 * mean(last)),
    },
    {
      name: "3 σ",
      follow: looking(168, (last, events) => {
        const average = mean(last);
        return events > average + 3 * deviation(last, average);
      }),
    },
  ],
});
