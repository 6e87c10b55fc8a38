import { type Incident, lengthsOf } from "../../respond/incidents/contract.ts";
import type { Head } from "../post-mortems/contract.ts";
import { type Asked, type Length, lengthNames, type Part, type Review } from "./contract.ts";
import { spreadOf } from "./spread.ts";

const dayMs = 86_400_000;
export type Period = { from: number; to: number };

export function periodsOf({ days, to }: Asked, now: number): { now: Period; before: Period } {
  const end = to ?? now;
  const from = end - days * dayMs;
  return { now: { from, to: end }, before: { from: from - days * dayMs, to: from } };
}

const isIn = ({ times }: Incident, { from, to }: Period): boolean =>
  times.started >= from && times.started < to;

/** Incidents that began in a period. What was merged into another is counted there. */
export const incidentsIn = (
  all: readonly Incident[],
  period: Period,
  { service, severity }: Pick<Asked, "service" | "severity">,
): Incident[] =>
  all.filter(
    (each) =>
      each.mergedInto === undefined &&
      isIn(each, period) &&
      (service === undefined || each.services.includes(service)) &&
      (severity === undefined || each.severity === severity),
  );

export function lengthsIn(now: readonly Incident[], before: readonly Incident[]): Length[] {
  return lengthNames.map((name) => {
    const each = now.flatMap((incident) => {
      const ms = lengthsOf(incident.times)[name];
      return ms === null ? [] : [{ incident: incident.incident, title: incident.title, ms }];
    });
    const eachBefore = before.flatMap(({ times }) => lengthsOf(times)[name] ?? []);
    return {
      name,
      now: spreadOf(each.map(({ ms }) => ms)),
      before: spreadOf(eachBefore),
      each: each.toSorted((a, b) => b.ms - a.ms),
      eachBefore,
    };
  });
}

const partsMax = 20;

/** How many of each, the most frequent first; an incident may be of several. */
export function parts(
  now: readonly Incident[],
  before: readonly Incident[],
  namesOf: (of: Incident) => readonly string[],
): Part[] {
  const sums = new Map<string, Part>();
  const add = (of: readonly Incident[], period: "now" | "before"): void => {
    for (const name of of.flatMap((each) => [...new Set(namesOf(each))])) {
      const sum = sums.get(name) ?? { name, now: 0, before: 0 };
      sum[period]++;
      sums.set(name, sum);
    }
  };
  add(now, "now");
  add(before, "before");
  return [...sums.values()]
    .toSorted((a, b) => b.now - a.now || b.before - a.before || (a.name < b.name ? -1 : 1))
    .slice(0, partsMax);
}

/** A fact that changed how something runs, as far as it matters here. */
export type Change = { at: number; type: string; service?: string | undefined };
const beforeMs = 3_600_000;

const kinds: readonly [RegExp, string][] = [
  [/^errors\.(deployed|release)|^alerts\.change-reported/, "release"],
  [/^settings\./, "configuration"],
  [/^catalog\./, "services"],
  [/^(gateway|cache|freeze|waiting-room|surge)\./, "traffic rules"],
  [/^faults\./, "fault on purpose"],
];
const kindOf = (type: string): string =>
  kinds.find(([pattern]) => pattern.test(type))?.[1] ?? type.split(".")[0] ?? type;

/** What kinds of change there were in the hour before the harm began, about its services or about everything. */
export function changesBefore({ times, services }: Incident, changes: readonly Change[]): string[] {
  const found = changes.filter(
    ({ at, service }) =>
      at <= times.started &&
      at > times.started - beforeMs &&
      (service === undefined || services.length === 0 || services.includes(service)),
  );
  return found.length === 0 ? ["no change"] : [...new Set(found.map(({ type }) => kindOf(type)))];
}

type PostMortem = Pick<
  Head,
  "incident" | "state" | "dueAt" | "publishedAt" | "cause" | "actions" | "recurrences"
>;

const isOver = ({ times }: Incident): boolean => times.resolved !== null;

type Written = "onTime" | "late" | "overdue" | "waiting" | "none";
function writtenOf(of: PostMortem | undefined, now: number): Written {
  if (!of) return "none";
  const { publishedAt, dueAt } = of;
  if (publishedAt !== null) return dueAt !== null && publishedAt > dueAt ? "late" : "onTime";
  return dueAt !== null && now > dueAt ? "overdue" : "waiting";
}

type Action = PostMortem["actions"][number];
type ActionState = keyof Review["actions"];
function actionState({ state, dueAt, doneAt }: Action, now: number): ActionState {
  if (state === "dropped") return "dropped";
  const due = dueAt ?? Number.POSITIVE_INFINITY;
  if (state === "done") return (doneAt ?? now) > due ? "doneLate" : "done";
  return now > due ? "overdue" : "open";
}

/** Whether what happened was written down in time, and whether what was to be done was done. */
export function reviewOf(
  incidents: readonly Incident[],
  postMortems: ReadonlyMap<string, PostMortem>,
  now: number,
): Review {
  const over = incidents.filter(isOver);
  const written = { onTime: 0, late: 0, overdue: 0, waiting: 0, none: 0 };
  const actions = { done: 0, doneLate: 0, open: 0, overdue: 0, dropped: 0 };
  for (const { incident } of over) {
    const of = postMortems.get(incident);
    written[writtenOf(of, now)]++;
    for (const action of of?.actions ?? []) actions[actionState(action, now)]++;
  }
  return { over: over.length, ...written, actions };
}
