import type { Tables } from "#kernel";
import { releaseDetail, releaseFigures } from "../releases/figures.ts";
import { eventsOf, issueDetail, occurrenceOf } from "./detail.ts";
import { type Listing, listIssues, type Reading } from "./list.ts";
import { attachmentPart } from "./attachment-part.ts";
import { beginningOf } from "./beginning.ts";
import { spikesNow } from "./spikes.ts";
import { filtersOf, periodsOf } from "./report.ts";
import { monitorsOf } from "./monitors.ts";
import { projectFigures, releaseHealthOf } from "./rest.ts";

type At = {
  projects: ReadonlyMap<number, string>;
  now: number;
  /** How many source maps a release has. */
  maps: (project: number, release: string) => number;
};
type Question = (tables: Reading, input: unknown, at: At) => unknown;

/** Inputs were checked by the schema of the query that asks. */
const question = <I>(answer: (tables: Reading, input: I, at: At) => unknown): Question =>
  answer as Question;

/** What the outpost can be asked, by the query's name. */
const questions: Readonly<Record<string, Question>> = {
  issues: question<Listing>(listIssues),
  issue: question<{ issue: string; hours: number }>(issueDetail),
  events: question<{ issue: string; limit: number; offset: number }>(eventsOf),
  event: question<{ issue: string; event: string }>(occurrenceOf),
  attachment: question<{ id: number; from: number }>(attachmentPart),
  projects: question((tables, _, { now }) => projectFigures(tables, now)),
  "release-health": question<{ project: number; hours: number }>((tables, input, { now }) =>
    releaseHealthOf(tables, input, now),
  ),
  beginning: question<{ issue: string; at?: number }>((tables, input, at) =>
    beginningOf(tables, input, at.now),
  ),
  spikes: question((tables, _, at) => spikesNow(tables, at)),
  periods: question<{ days: number; project?: number }>((tables, input, { now }) =>
    periodsOf(tables, input, now),
  ),
  filters: question(filtersOf),
  "release-figures": question<{ project: number }>(releaseFigures),
  release: question<{ project: number; release: string }>(releaseDetail),
  monitors: question<{ project?: number }>((tables, { project }, { projects }) =>
    monitorsOf(tables, project, projects),
  ),
};

/** Answers from committed tables; null when what was asked for is not there. */
export function answerTo(
  tables: Pick<Tables, "all" | "get">,
  { what, input }: { what: string; input: unknown },
  at: At,
): unknown {
  const found = Object.hasOwn(questions, what) ? questions[what] : undefined;
  if (!found) throw new Error(`The inbox cannot be asked ${what}.`);
  return found(tables, input, at) ?? null;
}
