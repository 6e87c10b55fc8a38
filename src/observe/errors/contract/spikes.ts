import { event, query } from "#kernel/contract";
import * as z from "zod";
import { IssueId } from "./names.ts";

/** How many false alarms a week are borne over all errors together. */
export const FalsePagesPerWeek = z.number().min(0.001).max(100);

/** Something of the log that changed shortly before, and how likely it is what brought it. */
export const SuspectChange = z.object({
  position: z.number(),
  at: z.number(),
  type: z.string(),
  says: z.string(),
  probability: z.number(),
});
export type SuspectChange = z.infer<typeof SuspectChange>;

/** Why it is taken for a spike: in this window so many were seen where so many were expected. */
export const Evidence = z.object({
  window: z.enum(["5m", "1h"]),
  expected: z.number(),
  observed: z.number(),
  /** Of seeing that many, or more, when nothing is wrong. */
  chance: z.number(),
  /** Different users; absent where events do not say. */
  people: z.number().optional(),
  at: z.number(),
  releases: z.array(z.string()),
  suspects: z.array(SuspectChange).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

const rounded = (value: number): string =>
  value >= 10 ? String(Math.round(value)) : value.toPrecision(2).replace(/\.?0+$/, "");
/** Evidence in a line. */
export const inFigures = ({ observed, expected, window, people, releases }: Evidence): string =>
  [
    `${observed} in ${window === "5m" ? "5 minutes" : "an hour"} where ${rounded(expected)} are ordinary`,
    ...(people === undefined ? [] : [`${people} people`]),
    ...(releases[0] === undefined ? [] : [`in ${releases.join(", ")}`]),
  ].join(", ");

const ofProject = z.object({ project: z.string() });
/** More errors than ordinary in all, beside those of single errors that spike. */
export const projectSpiked = event(
  "errors.project-spiked",
  ofProject.extend({ evidence: Evidence }),
  { says: (d) => `Errors of ${d.project} as a whole spike: ${inFigures(d.evidence)}` },
);
export const projectRamped = event(
  "errors.project-ramped",
  ofProject.extend({ evidence: Evidence }),
  { says: (d) => `Errors of ${d.project} as a whole grow slowly: ${inFigures(d.evidence)}` },
);
export const projectCalmed = event(
  "errors.project-calmed",
  ofProject.extend({ at: z.number(), lastedMs: z.number() }),
  { says: (d) => `Errors of ${d.project} as a whole are as few as before again` },
);
/** Nothing came of a project that always sends: its SDK, or all of it, may be away. */
export const projectSilent = event(
  "errors.project-silent",
  ofProject.extend({ at: z.number(), expected: z.number(), chance: z.number() }),
  {
    says: (d) => `${d.project} fell silent: nothing came where ${rounded(d.expected)} are ordinary`,
  },
);
export const projectHeard = event("errors.project-heard", ofProject.extend({ at: z.number() }), {
  says: (d) => `${d.project} is heard again`,
});
export const budgetSet = event(
  "errors.spike-budget-set",
  z.object({ falsePagesPerWeek: FalsePagesPerWeek }),
  { says: (d) => `False alarms about errors may come ${inAWhile(d.falsePagesPerWeek)}` },
);
/** Facts about projects as a whole, and about the watch. */
export const watchFacts = [
  projectSpiked,
  projectRamped,
  projectCalmed,
  projectSilent,
  projectHeard,
  budgetSet,
] as const;

/** A number a week in plain words. */
export function inAWhile(perWeek: number): string {
  if (perWeek >= 2) return `${rounded(perWeek)} times a week`;
  const weeks = 1 / perWeek;
  return weeks < 1.5 ? "once a week" : `once in ${rounded(weeks)} weeks`;
}

export const suspects = query(
  "errors.suspects",
  z.object({
    issue: IssueId,
    at: z.coerce.number().optional().describe("Milliseconds; else when it was first seen."),
  }),
  z.object({ at: z.number(), suspects: z.array(SuspectChange), nothing: z.number() }),
  { about: "What changed in the day before an error began, the likeliest first." },
);

export const spikes = query(
  "errors.spikes",
  z.object({}),
  z.object({
    spikes: z.array(
      z.object({
        issue: z.string().optional(),
        project: z.string(),
        kind: z.enum(["spike", "ramp"]),
        since: z.number(),
        window: z.enum(["5m", "1h"]),
        expected: z.number(),
        observed: z.number(),
        chance: z.number(),
        people: z.number().optional(),
      }),
    ),
    /** What is borne, and what follows from it. */
    falsePagesPerWeek: z.number(),
    budget: z.string(),
    watched: z.number(),
    chance: z.number(),
  }),
  { about: "What spikes now, and how many false alarms are borne." },
);
