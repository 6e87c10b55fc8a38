import type { Read, Recorded } from "#kernel";
import { lengthsOf } from "../../respond/incidents/contract.ts";
import { posted } from "../../respond/status-page/contract.ts";
import { type ChosenRow, criteria, type Criterion, type Judgement } from "./contract.ts";
import type { Doc } from "./doc.ts";
import { counted, percent, portion, span } from "./words.ts";

const minuteMs = 60_000;
type Found = Judgement["found"];
type Fact = Pick<ChosenRow, "position" | "at" | "type" | "kind" | "by"> & {
  data: Readonly<Record<string, unknown>>;
};
/** What the exam is taken on: the document, and the facts of its timeline with what each one holds. */
export type Case = { doc: Doc; facts: readonly Fact[]; now: number };

const positions = (facts: readonly (Fact | undefined)[]): number[] =>
  facts.flatMap((each) => each?.position ?? []).slice(0, 12);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
/** 3 within the first limit, 2 within the second, 1 within the third. */
const graded = (ms: number, [good, fair, poor]: readonly [number, number, number]): number =>
  ms <= good * minuteMs ? 3 : ms <= fair * minuteMs ? 2 : ms <= poor * minuteMs ? 1 : 0;
const within = ({ facts }: Case, from: number, to: number): Fact[] =>
  facts.filter(({ at }) => at >= from && at <= to);

/** Whether machines told it or people did, and after how long. */
function identification(of: Case): Found {
  const { times } = of.doc;
  const detect = times.detected - times.started;
  const declared = of.facts.find(({ type }) => type === "incidents.declared");
  const first = of.facts.find(({ kind, at }) => kind === "sign" && at >= times.started);
  const origin = (declared?.data["origin"] ?? {}) as { kind?: unknown };
  const byPeople = textOf(origin.kind) === "person" && first === undefined;
  const evidence = positions([first, declared]);
  if (byPeople && detect === 0)
    return {
      ...{ score: null, evidence },
      says: "A person declared it, and nobody said when it began: the log cannot tell how long it went unseen.",
    };
  const score = Math.max(0, graded(detect, [5, 15, 60]) - (byPeople ? 1 : 0));
  const who = byPeople
    ? "by people, before any check"
    : first
      ? `by ${first.type}`
      : "by a machine";
  return { score, evidence, says: `Noticed ${span(detect)} after it began, ${who}.` };
}

/** How soon people inside and outside heard something, and the longest silence. */
function information(of: Case): Found {
  const { times, severity } = of.doc;
  const end = times.resolved ?? of.now;
  const told = within(of, times.declared, end).filter(
    ({ type }) =>
      type === "incidents.noted" || type === "incidents.moved" || type === "status-page.posted",
  );
  const [inside, outside] = [
    told.find(({ type }) => type !== "status-page.posted"),
    told.find(({ type }) => type === "status-page.posted"),
  ];
  const moments = [times.declared, ...told.map(({ at }) => at), end];
  const gap = Math.max(...moments.slice(1).map((at, i) => at - (moments[i] ?? at)));
  const isPublic = severity === "sev1" || severity === "sev2";
  const first = isPublic ? outside : (outside ?? inside);
  const score =
    first === undefined
      ? 0
      : Math.min(graded(first.at - times.detected, [15, 30, 60]), graded(gap, [30, 60, 120]));
  const words = [
    inside
      ? `First word inside after ${span(inside.at - times.declared)}`
      : "Nothing was said inside",
    outside
      ? `first word outside ${span(Math.max(0, outside.at - times.detected))} after it was noticed`
      : "nothing was said outside",
    `longest silence ${span(gap)}`,
  ];
  return { score, says: `${words.join(", ")}.`, evidence: positions([inside, outside]) };
}

/** Whether it was clear who leads, and how soon. */
function structure(of: Case): Found {
  const { times } = of.doc;
  const given = of.facts.filter(
    ({ type, data }) => type === "incidents.role-given" && data["person"] !== undefined,
  );
  const first = new Map<string, Fact>();
  for (const each of given) {
    const role = textOf(each.data["role"]);
    if (!first.has(role)) first.set(role, each);
  }
  const commander = first.get("commander");
  const after = commander === undefined ? null : Math.max(0, commander.at - times.declared);
  const score = (after === null ? 0 : after <= 10 * minuteMs ? 2 : 1) + (first.size > 1 ? 1 : 0);
  const leads = after === null ? "Nobody had the command" : `Somebody led after ${span(after)}`;
  return {
    score,
    says: `${leads}; ${counted(first.size, "role")} of 4 ${first.size === 1 ? "was" : "were"} filled.`,
    evidence: positions([...first.values()]),
  };
}

/** How many were called and how many of those were needed; whether that was right the log cannot tell. */
function resources(of: Case): Found {
  const { times } = of.doc;
  const calls = of.facts.filter(({ type }) => type === "paging.climbed");
  const called = new Set(
    calls.flatMap(({ data }) =>
      (Array.isArray(data["called"]) ? data["called"] : []).map((each: { person?: unknown }) =>
        textOf(each.person),
      ),
    ),
  );
  const end = times.resolved ?? of.now;
  const acted = new Map<string, number>();
  for (const { by, at } of within(of, times.detected, end))
    if (by.kind === "person" && !acted.has(by.id)) acted.set(by.id, at);
  const spent = [...acted.values()].reduce((sum, at) => sum + end - at, 0);
  const says = `${counted(called.size, "person was", "people were")} called in ${counted(calls.length, "call")}; ${counted(acted.size, "person", "people")} acted, ${span(spent)} of their time in all.`;
  return { score: null, says, evidence: positions(calls) };
}

/** How much of what the objective allows in 30 days went. */
function serviceLevel({ doc: { budget, impact } }: Case): Found {
  if (budget === null)
    return {
      score: null,
      says: "The gateway counted no requests of these services.",
      evidence: [],
    };
  const failed = impact.services.reduce((sum, each) => sum + each.failed, 0);
  const { burnt, objective } = budget;
  const score = burnt <= 0.1 ? 3 : burnt <= 0.5 ? 2 : burnt <= 1 ? 1 : 0;
  return {
    ...{ score, evidence: [] },
    says: `${counted(failed, "request")} failed: ${portion(burnt)} what ${percent(objective)} allows in 30 days.`,
  };
}

/** This text itself: whether it was there when it was due. */
function internalReport({ doc: { state, dueAt, publishedAt, times }, now }: Case): Found {
  const evidence: number[] = [];
  if (publishedAt === null)
    return dueAt !== null && now > dueAt
      ? { score: 0, says: `It is ${state}, and late by ${span(now - dueAt)}.`, evidence }
      : { score: null, says: `It is ${state}: it can be judged once it is published.`, evidence };
  const after = span(Math.max(0, publishedAt - (times.resolved ?? publishedAt)));
  const late = dueAt === null ? 0 : publishedAt - dueAt;
  return late > 0
    ? { score: 1, says: `Published ${after} after the end, ${span(late)} late.`, evidence }
    : { score: 3, says: `Published ${after} after the end, in time.`, evidence };
}

/** Whether people outside heard the end, and the reason. */
function externalReport(of: Case): Found {
  const { times, severity } = of.doc;
  const posts = of.facts.filter(({ type }) => type === "status-page.posted");
  const stageOf = ({ data }: Fact): string => textOf(data["stage"]);
  const end = posts.find((each) => stageOf(each) === "resolved");
  const reason = posts.find((each) => stageOf(each) === "postmortem");
  if (posts.length === 0)
    return {
      score: severity === "sev1" || severity === "sev2" ? 0 : null,
      ...{ says: "Nothing was posted for people outside.", evidence: [] },
    };
  const wait = end && times.resolved !== null ? Math.max(0, end.at - times.resolved) : null;
  const score = (end ? 1 : 0) + (wait !== null && wait <= 15 * minuteMs ? 1 : 0) + (reason ? 1 : 0);
  const ending = wait === null ? "the end was not posted" : `the end ${span(wait)} after it came`;
  return {
    score,
    says: `${counted(posts.length, "post")}; ${ending}; the reason was ${reason ? "told" : "not told yet"}.`,
    evidence: positions(posts),
  };
}

const takes: Readonly<Record<Criterion, (of: Case) => Found>> = {
  ...{ identification, information, structure, resources },
  "service-level": serviceLevel,
  "internal-report": internalReport,
  "external-report": externalReport,
};

const postsMax = 500;
/** What was posted about an incident after its timeline ended: the reason is mostly told days later. */
function laterPosts({ log }: Pick<Read, "log">, incident: string, after: number): Fact[] {
  return log
    .page({ after, limit: postsMax, types: [posted.type] })
    .map((each) => ({ ...each, type: posted.type, kind: "status" as const, data: dataOf(each) }))
    .filter(({ data }) => data["incident"] === incident);
}

/** Facts of a timeline with what each holds, and what was posted since. */
export const factsOf = (
  read: Pick<Read, "log">,
  incident: string,
  rows: readonly ChosenRow[],
): Fact[] => [
  ...rows.map((row) => ({ ...row, data: dataOf(read.log.at(row.position)) })),
  ...laterPosts(read, incident, rows.at(-1)?.position ?? 0),
];
const dataOf = (recorded: Recorded | undefined): Fact["data"] =>
  (recorded?.event.data ?? {}) as Fact["data"];

/** The seven questions that every incident is asked: what the log answers, and what people did; theirs counts. */
export const examOf = (of: Case): Judgement[] =>
  of.doc.imported?.exam ??
  criteria.map((criterion) => {
    const found = takes[criterion](of);
    const answer = of.doc.answers[criterion] ?? null;
    return { criterion, found, answer, score: answer?.score ?? found.score };
  });

/** How long each part took; of a draft whose incident is not measured yet, nothing. */
export const lengthsIn = ({ times }: Pick<Doc, "times">): ReturnType<typeof lengthsOf> =>
  lengthsOf(times);
