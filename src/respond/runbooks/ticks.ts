import { type Actor, view } from "#kernel";
import { changed, stepTicked } from "./contract.ts";

type Tick = { at: number; by: Actor; isDone: boolean; times: number };
/** Ticks of each incident by `runbook step`. */
type Ticks = Record<string, Record<string, Tick>>;

/** Older incidents' ticks are forgotten here; their timelines have them. */
const incidentsMax = 1_000;

export const tickKey = (runbook: string, step: string): string => `${runbook} ${step}`;

export const ticks = view<Ticks, typeof stepTicked>("runbooks.ticks", {
  from: [stepTicked],
  empty: () => ({}),
  apply: (all, { event: { data }, at, by }) => {
    const { incident, runbook, step, isDone } = data;
    const of = all[incident] ?? {};
    const key = tickKey(runbook, step);
    of[key] = { at, by, isDone, times: (of[key]?.times ?? 0) + 1 };
    all[incident] = of;
    const names = Object.keys(all);
    if (names.length > incidentsMax) delete all[names[0] ?? ""];
    return all;
  },
});

type Known = { runbooks: Record<string, string>; mistakes: number };

/** What the log knows of the files: name and hash. */
export const known = view<Known, typeof changed>("runbooks.known", {
  from: [changed],
  empty: () => ({ runbooks: {}, mistakes: 0 }),
  apply: (before, { event: { data } }) => {
    for (const { runbook, sha256 } of data.put) before.runbooks[runbook] = sha256;
    for (const name of data.removed) delete before.runbooks[name];
    return { runbooks: before.runbooks, mistakes: data.mistakes };
  },
});
