import { action, answer, type Effects, isRefusal, type Read, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { alarmChance } from "./spikes/verdict.ts";
import { testsPerHour } from "./watch/watch.ts";
import { budgetView, consoleOf, isOpen, projectsView } from "./project.ts";
import { askIntake } from "./ask-intake.ts";
import { beginningOf, stateOf, suspectsOf } from "./reactions.ts";
import { emptyReport, reportOf } from "./report/answer.ts";
import { dsnOf, intakePath } from "./wire/address.ts";

const numberOf = (
  read: Read<Config>,
  project: string | undefined,
): number | undefined | Refusal => {
  if (project === undefined) return undefined;
  const found = read.view(projectsView).find((each) => each.project === project);
  return found ? found.number : contract.unknownProject(`There is no project ${project}.`);
};
const found = <O>(answered: O | undefined | Refusal): O | Refusal =>
  answered ?? contract.unknownIssue();

async function projectList(
  read: Read<Config>,
): Promise<z.infer<typeof contract.projects.output> | Refusal> {
  type Figures = { number: number; open: number; events24h: number };
  const figures = isOpen(read) ? await askIntake<Figures[]>(read, "projects", {}) : [];
  const known = isRefusal(figures) ? [] : (figures ?? []);
  const origin = consoleOf(read) ?? "http://127.0.0.1:4600";
  return {
    projects: read.view(projectsView).map(({ project, number, key, service }) => {
      const own = known.find((each) => each.number === number);
      return {
        project,
        number,
        ...(service === undefined ? {} : { service }),
        dsn: dsnOf(origin, key, number),
        tunnel: `${intakePath}/tunnel/`,
        open: own?.open ?? 0,
        events24h: own?.events24h ?? 0,
      };
    }),
  };
}

async function spikesAnswer(
  read: Read<Config>,
): Promise<z.infer<typeof contract.spikes.output> | Refusal> {
  const falsePagesPerWeek =
    read.view(budgetView).falsePagesPerWeek ?? read.config.spikes.falsePagesPerWeek;
  type Now = Pick<z.infer<typeof contract.spikes.output>, "spikes" | "watched">;
  const now = isOpen(read) ? await askIntake<Now>(read, "spikes", {}) : { spikes: [], watched: 0 };
  if (isRefusal(now)) return now;
  const { spikes = [], watched = 0 } = now ?? {};
  return {
    ...{ spikes, watched, falsePagesPerWeek },
    chance: alarmChance({ falsePagesPerWeek, issues: watched, testsPerHour }),
    budget: `A false alarm ${contract.inAWhile(falsePagesPerWeek)} is borne, over ${watched === 1 ? "one error that is" : `${watched} errors that are`} watched.`,
  };
}

type Out<Q extends { output: z.ZodType }> = z.infer<Q["output"]>;
/** An answer may be a refusal: HTTP makes a problem of it. */
const orRefusal = <O>(value: O | Refusal): O => value as O;

export const answers = [
  answer(contract.projects, async (read: Read<Config>) => orRefusal(await projectList(read))),
  answer(contract.issues, async (read: Read<Config>, { project, ...rest }) => {
    const number = numberOf(read, project);
    if (isRefusal(number)) return orRefusal(number);
    if (!isOpen(read)) return { issues: [], total: 0 };
    const asked = { ...rest, ...(number === undefined ? {} : { project: number }) };
    return orRefusal(found(await askIntake<Out<typeof contract.issues>>(read, "issues", asked)));
  }),
  answer(contract.issue, async (read, input) =>
    orRefusal(found(await askIntake<Out<typeof contract.issue>>(read, "issue", input))),
  ),
  answer(contract.events, async (read, input) =>
    orRefusal(found(await askIntake<Out<typeof contract.events>>(read, "events", input))),
  ),
  answer(contract.occurrence, async (read, input) =>
    orRefusal(found(await askIntake<Out<typeof contract.occurrence>>(read, "event", input))),
  ),
  answer(contract.releaseHealth, async (read: Read<Config>, { project, hours }) => {
    const number = numberOf(read, project);
    if (isRefusal(number)) return orRefusal(number);
    if (!isOpen(read)) return { releases: [] };
    const asked = { project: number, hours };
    return orRefusal(
      found(await askIntake<Out<typeof contract.releaseHealth>>(read, "release-health", asked)),
    );
  }),
  answer(contract.suspects, async (read: Read<Config>, { issue, at }) => {
    const beginning = await beginningOf(read, issue, at);
    if (beginning === undefined) return orRefusal(contract.unknownIssue());
    if (isRefusal(beginning)) return orRefusal(beginning);
    const suspects = suspectsOf(read, issue, beginning);
    const nothing = 1 - suspects.reduce((sum, { probability }) => sum + probability, 0);
    return { at: beginning.firstAt, suspects, nothing: Math.max(0, nothing) };
  }),
  answer(contract.spikes, async (read: Read<Config>) => orRefusal(await spikesAnswer(read))),
  answer(contract.report, async (read: Read<Config>, { project, days }) => {
    const number = numberOf(read, project);
    if (isRefusal(number)) return orRefusal(number);
    if (!isOpen(read)) return emptyReport(read.now, days);
    return orRefusal(await reportOf(read, { project, days }, number));
  }),
  answer(contract.filters, async (read: Read<Config>) =>
    isOpen(read)
      ? orRefusal(found(await askIntake<Out<typeof contract.filters>>(read, "filters", {})))
      : { releases: [], environments: [], assignees: [] },
  ),
  answer(contract.monitors, async (read: Read<Config>, { project }) => {
    const number = numberOf(read, project);
    if (isRefusal(number)) return orRefusal(number);
    if (!isOpen(read)) return { monitors: [] };
    const asked = number === undefined ? {} : { project: number };
    return orRefusal(
      found(await askIntake<Out<typeof contract.monitors>>(read, "monitors", asked)),
    );
  }),
];

/** An action, as a decision over one stream cannot see whether the other issue is there. */
export const merge = action("errors.merge", {
  about: "Makes one error of two: the first becomes part of the second. `undo` takes it back.",
  allow: "responder",
  input: z.object({ issue: contract.IssueId, into: contract.IssueId }),
  output: z.object({ issue: contract.IssueId, into: contract.IssueId }),
  act: async ({ issue, into }, fx: Effects) => {
    const [from, to] = [stateOf(fx, issue), stateOf(fx, into)];
    if (!from.of || !to.of) return contract.unknownIssue(`There is no ${from.of ? into : issue}.`);
    if (issue === into || from.of.project !== to.of.project)
      return contract.notNow("Merge two different errors of one project.");
    if (from.state === "merged" || to.state === "merged")
      return contract.notNow("One of the two is part of another already.");
    await fx.record(`issues/${issue}`, [contract.issueMerged({ issue, into, move: fx.id() })]);
    return { issue, into };
  },
});
