import type { Reliability } from "../../src/console/live/shapes.ts";
import { libraryAnswers } from "./library.ts";
import { spreadOf } from "../../src/learn/reliability/spread.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
type Name = Reliability["lengths"][number]["name"];

const minutes: Readonly<Record<Name, [now: number[], before: number[]]>> = {
  detect: [
    [1, 2, 2, 3, 5, 9, 40],
    [4, 6, 7, 12, 55],
  ],
  acknowledge: [[0.5, 1, 2, 3, 3, 4, 12], [5]],
  mitigate: [
    [12, 18, 22, 25, 41, 66, 190],
    [30, 44, 61, 75, 260],
  ],
  resolve: [
    [30, 41, 55, 60, 95, 130],
    [70, 90, 180, 400],
  ],
};
const lengths = (Object.keys(minutes) as Name[]).map((name) => {
  const [now, before] = minutes[name].map((all) => all.map((each) => each * minuteMs));
  return {
    name,
    ...{ now: spreadOf(now ?? []), before: spreadOf(before ?? []), eachBefore: before ?? [] },
    each: (now ?? [])
      .map((ms, n) => ({ incident: `inc-${30 + n}`, title: "Nobody can pay", ms }))
      .toReversed(),
  };
});

const fakeReliability = (input: URLSearchParams): Reliability => {
  const at = Date.now();
  const days = Number(input.get("days") ?? 90);
  const [from, earlier] = [at - days * dayMs, at - 2 * days * dayMs];
  return {
    ...{ at, lengths, isCut: false, now: { from, to: at }, before: { from: earlier, to: from } },
    incidents: { now: 7, before: 5, open: 1 },
    severities: [
      { name: "sev1", now: 2, before: 2 },
      { name: "sev2", now: 3, before: 1 },
      { name: "sev3", now: 2, before: 2 },
    ],
    services: [
      { name: "shop", now: 5, before: 3 },
      { name: "payments", now: 3, before: 1 },
      { name: "search", now: 0, before: 2 },
    ],
    causes: [
      { name: "release", now: 3, before: 1 },
      { name: "capacity", now: 2, before: 2 },
      { name: "not said", now: 2, before: 2 },
    ],
    origins: [
      { name: "alert", now: 5, before: 2 },
      { name: "person", now: 2, before: 3 },
    ],
    changes: [
      { name: "release", now: 3, before: 1 },
      { name: "no change", now: 3, before: 4 },
      { name: "configuration", now: 1, before: 0 },
    ],
    budgets: [
      { objective: "checkout", of: "payments", target: 0.999, periodMs: 30 * dayMs, left: -0.2 },
      { objective: "shop", of: "shop", target: 0.995, periodMs: 30 * dayMs, left: 0.62 },
    ],
    again: [{ incident: "inc-36", title: "Search answers slowly", of: "inc-31" }],
    review: {
      ...{ over: 6, onTime: 3, late: 1, overdue: 1, waiting: 1, none: 0 },
      actions: { done: 5, doneLate: 1, open: 3, overdue: 2, dropped: 1 },
    },
  };
};

/** What the fake Castor answers about what was learnt: the library, and how incidents went. */
export const learnAnswers = { ...libraryAnswers, "reliability.show": fakeReliability };
