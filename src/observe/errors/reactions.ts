import {
  type Beginning,
  due,
  type Effects,
  every,
  processesOf,
  type Reaction,
  type Read,
  reconcile,
  type Refusal,
  serve,
} from "#kernel";
import { list as people } from "../../platform/people/contract.ts";
import { configApplied } from "../../platform/settings/contract.ts";
import { serviceDeclared, targets } from "../../run/catalog/contract.ts";
import { askIntake, type Asking, catchUp, request, toldFacts } from "./ask-intake.ts";
import * as contract from "./contract.ts";
import type { Config } from "./config.ts";
import { type Finding, intakeReport } from "./intake/findings.ts";
import { outpostName, picture } from "./intake/picture.ts";
import { type IssueEvent, issueModel, type IssueModel, streamOf } from "./issue.ts";
import { budgetView, openView, pictureOf, projectsView } from "./project.ts";
import { recordMonitor } from "./monitors/tell.ts";
import { releaseKey, releasesView } from "./releases/release.ts";
import { suspectsAround } from "./suspects/changes.ts";
import { createProjectCommand } from "./verbs.ts";
import { isOfWatch, recordWatched } from "./watch/findings.ts";
import { trafficNow } from "./watch/traffic.ts";

/** How the process is started. Given to Castor as equipment `machine`. */
type Machine = { outpostCommand: (name: string) => string[] };

const stopGraceMs = 10_000;
const restartMsMin = 50;
const restartMsMax = 1_000;
const trafficEveryMs = 5_000;

/** Every service has a project of its name, and every project that is configured exists. */
async function ensureProjects(fx: Effects<Config>): Promise<void> {
  const services = (await fx.ask(targets, {})).map((each) => each.service);
  const known = new Set(fx.view(projectsView).map((each) => each.project));
  for (const project of [...services, ...Object.keys(fx.config.projects)])
    if (!known.has(project))
      await fx.run(createProjectCommand, {
        project,
        key: fx.config.projects[project]?.key,
        ...(services.includes(project) ? { service: project } : {}),
      });
}

async function publishPicture(fx: Effects<Config>): Promise<void> {
  await ensureProjects(fx);
  await fx.snapshots.put(
    picture,
    pictureOf(fx.view(projectsView), fx.config, fx.view(budgetView).falsePagesPerWeek),
  );
  const isWanted = fx.view(openView).open || Object.keys(fx.config.projects).length > 0;
  const { outpostCommand } = fx.equipment<Machine>("machine");
  await fx.snapshots.put(processesOf("errors"), {
    processes: isWanted
      ? [
          {
            id: outpostName,
            // It holds its store alone, so the next one starts when it has ended.
            kind: "service",
            command: outpostCommand(outpostName),
            ready: { file: true },
            stop: { graceMs: stopGraceMs },
            // Each second that it is away, SDKs may lose what they have.
            restart: { firstMs: restartMsMin, maxMs: restartMsMax },
          },
        ]
      : [],
  });
}

export const stateOf = (read: Pick<Read, "log">, issue: string): IssueModel =>
  read.log
    .read(streamOf(issue))
    .reduce(
      (state, { event }) => issueModel.evolve(state, event as IssueEvent),
      issueModel.initial,
    );

/** One that was made before anything came from it is known already. */
async function seeRelease(
  id: string,
  found: Extract<Finding, { kind: "release" }>,
  fx: Effects,
): Promise<void> {
  const { kind: _, ...about } = found;
  if (fx.view(releasesView).get(about.project)?.has(about.release)) return;
  await fx.record(releaseKey(about), [contract.releaseSeen(about)], { id });
}

/** How an issue began, or went on from a later time. */
export const beginningOf = (
  read: Asking,
  issue: string,
  at?: number,
): Promise<Beginning | undefined | Refusal> =>
  askIntake<Beginning>(read, "beginning", {
    issue,
    ...(at === undefined ? {} : { at }),
  });

/** What may have brought it, the likeliest first. */
export function suspectsOf(
  read: Read<Config>,
  issue: string,
  beginning: Beginning,
): contract.SuspectChange[] {
  const { project = "" } = stateOf(read, issue).of ?? {};
  const service = read.view(projectsView).find((each) => each.project === project)?.service;
  return suspectsAround(read, { project, service: service ?? project, beginning });
}

/** The log keeps no addresses: whoever is named by one is their id there. */
async function assigneeOf(owner: string, fx: Effects): Promise<string | undefined> {
  if (!owner.includes("@")) return owner;
  const { people: known } = await fx.ask(people, {});
  return known.find(({ email }) => email.toLowerCase() === owner.toLowerCase())?.id;
}

/** The same finding told twice is one fact: its id is the envelope's. */
async function decide(id: string, found: Finding, fx: Effects<Config>): Promise<void> {
  if (found.kind === "release") return await seeRelease(id, found, fx);
  if (found.kind === "monitor") return await recordMonitor(found, id, fx);
  if (isOfWatch(found)) {
    // The intake waits for what is told here, so it is not asked: a spike is as sudden as its evidence says.
    const suspects = (issue: string, evidence: contract.Evidence): contract.SuspectChange[] => {
      const perHour = evidence.observed * (evidence.window === "5m" ? 12 : 1);
      const releases = Object.fromEntries(evidence.releases.map((each) => [each, 1]));
      return suspectsOf(fx, issue, { firstAt: evidence.at, perHour, releases });
    };
    await recordWatched(found, { id, stateOf: (issue) => stateOf(fx, issue), suspects }, fx);
    return;
  }
  const key = `issues/${found.issue}`;
  if (found.kind === "created") {
    if (stateOf(fx, found.issue).of) return;
    const { kind: _, owner, ...about } = found;
    const to = owner === undefined ? undefined : await assigneeOf(owner, fx);
    const assigned = to === undefined ? [] : [contract.issueAssigned({ issue: found.issue, to })];
    await fx.record(
      key,
      [contract.issueCreated(about as Parameters<typeof contract.issueCreated>[0]), ...assigned],
      { id },
    );
    return;
  }
  const { state } = stateOf(fx, found.issue);
  if (found.kind === "returned" && state === "resolved") {
    const { release, at } = found;
    const back = { issue: found.issue, at, ...(release === undefined ? {} : { release }) };
    await fx.record(key, [contract.issueRegressed(back)], { id });
  }
  if (found.kind === "joined" && state !== "merged") {
    const { issue, into } = found;
    await fx.record(key, [contract.issueMerged({ issue, into, move: fx.id() })], { id });
  }
  if (found.kind === "woke" && state === "snoozed")
    await fx.record(key, [contract.issueWoke({ issue: found.issue, why: found.why })], { id });
}

export const reactions: readonly Reaction[] = [
  reconcile(
    "errors.picture",
    [
      configApplied,
      serviceDeclared,
      contract.projectCreated,
      contract.inboxOpened,
      contract.budgetSet,
    ],
    publishPicture,
  ),
  // What is missed while the outpost is away is handed over with the next question, or with the next fact.
  reconcile("errors.told", toldFacts, async (fx) => {
    await catchUp(fx).catch(() => {}); // It is away, which the keeper knows.
  }),
  every("errors.traffic", trafficEveryMs, async (fx: Effects<Config>) => {
    if (!fx.view(openView).open) return;
    await request(fx, { do: "traffic", ...trafficNow(fx) }).catch(() => {}); // It is away: then it watches nothing.
  }),
  serve(intakeReport, async (report, fx: Effects<Config>) => {
    if (report.kind === "counted") fx.merge(report.delta as Parameters<typeof fx.merge>[0]);
    else for (const { id, finding } of report.findings) await decide(id, finding, fx);
    return "noted";
  }),
  due(
    "errors.snooze-ends",
    contract.issueSnoozed,
    ({ event }) => event.data.snooze.until,
    async ({ event, at: snoozedAt }, fx) => {
      const { issue } = event.data;
      const now = stateOf(fx, issue);
      if (now.state !== "snoozed" || now.since !== event.data.at || snoozedAt > fx.now) return;
      await fx.record(`issues/${issue}`, [contract.issueWoke({ issue, why: "its time has come" })]);
    },
  ),
];
