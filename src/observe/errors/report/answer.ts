import { isRefusal, type Read, type Recorded, type Refusal } from "#kernel";
import type * as z from "zod";
import { list as people } from "../../../platform/people/contract.ts";
import type { Periods } from "../ask/report.ts";
import type { Config } from "../config.ts";
import * as contract from "../contract.ts";
import { askIntake } from "../ask-intake.ts";
import { courseOf, inboxOf } from "./decisions.ts";
import { markdownOf } from "./markdown.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** A report looks at no more facts than these, the newest; a triage makes hundreds. */
const factsMax = 20_000;
const factsTogether = 1_000;
const types = contract.issueFacts.map(({ type }) => type);

/** The streams that got a fact since then. */
function touchedSince(read: Read<Config>, from: number): Set<string> {
  const touched = new Set<string>();
  let before: number | undefined;
  for (let seen = 0; seen < factsMax; seen += factsTogether) {
    const page = read.log.page({
      after: 0,
      limit: factsTogether,
      types,
      backwards: true,
      ...(before === undefined ? {} : { before }),
    });
    for (const { at, stream, position } of page) {
      if (at < from) return touched;
      touched.add(stream);
      before = position;
    }
    if (page.length < factsTogether) break;
  }
  return touched;
}

/** The log keeps no names of people; the list of those who are here does. */
async function namesOf(read: Read<Config>): Promise<(by: Recorded["by"]) => string> {
  const known = new Map((await read.ask(people, {})).people.map(({ id, name }) => [id, name]));
  return ({ kind, id, name }) =>
    name ?? known.get(id) ?? (kind === "person" ? "somebody who left" : id);
}

/** Decisions added up by who and how, the most first. */
function addUp(
  all: readonly { by: string; how: string }[],
): z.infer<typeof contract.report.output>["decided"] {
  const sums = new Map<string, { by: string; how: string; decisions: number }>();
  for (const { by, how } of all) {
    const key = JSON.stringify([by, how]);
    const sum = sums.get(key) ?? { by, how, decisions: 0 };
    sum.decisions += 1;
    sums.set(key, sum);
  }
  return [...sums.values()].toSorted((a, b) => b.decisions - a.decisions);
}

/** The report of the last days: counts from the inbox, decisions from the log. */
export async function reportOf(
  read: Read<Config>,
  { days, project }: { days: number; project?: string | undefined },
  number: number | undefined,
): Promise<z.infer<typeof contract.report.output> | Refusal> {
  const { now } = read;
  const from = now - days * dayMs;
  const asked = { days, ...(number === undefined ? {} : { project: number }) };
  const periods = await askIntake<Periods>(read, "periods", asked);
  if (!periods || isRefusal(periods)) return periods ?? contract.intakeAway();
  const nameOf = await namesOf(read);
  const courses = [...touchedSince(read, from)]
    .map((stream) => courseOf(read.log.read(stream), from))
    .filter((course) => project === undefined || course.project === project);
  const [triage] = read.log.page({
    after: 0,
    limit: 1,
    types: [contract.triaged.type],
    backwards: true,
  });
  const { startedAt } = (triage?.event.data ?? { startedAt: 0 }) as { startedAt: number };
  const decided = addUp(
    courses.flatMap(({ decisions }) =>
      decisions.map(({ by, how }) => ({ by: nameOf(by), how: how.replace("errors.", "") })),
    ),
  );
  const report = {
    from,
    to: now,
    errors: periods.errors,
    inbox: inboxOf(courses, periods.open),
    decided,
    undone: courses.reduce((sum, { undone }) => sum + undone, 0),
    ...(triage
      ? {
          lastTriage: {
            at: triage.at,
            by: nameOf(triage.by),
            minutes: Math.max(0, (triage.at - startedAt) / minuteMs),
          },
        }
      : {}),
    weeks: periods.weeks,
  };
  return { ...report, markdown: markdownOf(report) };
}

/** Nothing was ever sent: the report of an empty inbox. */
export const emptyReport = (now: number, days: number): z.infer<typeof contract.report.output> => {
  const report = {
    from: now - days * dayMs,
    to: now,
    errors: { events: 0, before: 0 },
    inbox: { before: 0, came: 0, left: 0, now: 0 },
    decided: [],
    undone: 0,
    weeks: [],
  };
  return { ...report, markdown: markdownOf(report) };
};
