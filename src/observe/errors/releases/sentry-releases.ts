import type { Effects } from "#kernel";
import * as z from "zod";
import type { Config } from "../config.ts";
import { Release as ReleaseName } from "../contract.ts";
import { projectsView } from "../project.ts";
import { compareReleases } from "./order.ts";
import { type Release, releasesView } from "./release.ts";
import { type Asked, bodyOf, refusedBy, told } from "./asked.ts";
import { deploy, finalizeRelease, makeRelease, setCommits } from "./verbs.ts";

const listedMax = 100;
const text = (charsMax: number) => z.string().max(charsMax).nullish();
const Change = z.object({
  version: ReleaseName.optional(),
  projects: z.array(z.string().max(60)).max(100).default([]),
  dateReleased: text(60),
  commits: z
    .array(z.object({ id: z.string().min(1).max(64), message: z.string().nullish() }))
    .nullish(),
  refs: z.array(z.object({ commit: z.string().min(1).max(64) })).nullish(),
});
const Deploy = z.object({
  environment: z.string().trim().min(1).max(64),
  name: text(200),
  url: text(1_000),
  dateStarted: text(60),
  dateFinished: text(60),
});
const commitsKept = 100;

/** `releases…` of Sentry's API, over Castor's own commands. Archiving and files of the older kind are not there, and say so. */
export async function releaseAnswers(asked: Asked, fx: Effects<Config>): Promise<Response> {
  const [release, what] = asked.parts;
  const name = `${asked.method} ${release === undefined ? "" : what === undefined ? "one" : what}`;
  if (name === "GET ") return Response.json(listed(asked, fx));
  if (name === "POST ") return await change(asked, undefined, fx);
  if (release === undefined) return told(405, "Use GET or POST.");
  switch (name) {
    case "GET one":
      return shown(release, projectsOf(release, asked, fx), fx);
    case "PUT one":
      return await change(asked, release, fx);
    case "DELETE one":
      return told(409, "Castor keeps its releases: they are facts that other facts point to.");
    case "GET deploys":
      return Response.json(deploysOf(release, asked, fx));
    case "POST deploys":
      return await addDeploy(release, asked, fx);
    case "GET previous-with-commits":
      return Response.json(previous(release, asked, fx));
    default:
      return told(404, "Castor has no such part of Sentry's API.");
  }
}

/** Those that were named, else those that know the release. */
function projectsOf(release: string, { project }: Asked, fx: Effects<Config>): string[] {
  const all = fx.view(releasesView);
  const named = project === undefined ? [...all.keys()] : [project];
  return named.filter((each) => all.get(each)?.has(release));
}

async function change(
  asked: Asked,
  named: string | undefined,
  fx: Effects<Config>,
): Promise<Response> {
  const wish = bodyOf(asked, Change);
  if (wish instanceof Response) return wish;
  const release = named ?? wish.version;
  if (release === undefined) return told(400, "version: which release?");
  const said = asked.project === undefined ? wish.projects : [asked.project];
  const projects = said.length > 0 ? [...new Set(said)] : projectsOf(release, asked, fx);
  if (projects.length === 0) return told(404, `No project has a release ${release}; name one.`);
  const unknown = unknownAmong(projects, fx);
  if (unknown) return unknown;
  for (const project of projects) {
    const no = await changeOne({ project, release }, wish, fx);
    if (no) return no;
  }
  return shown(release, projects, fx, named === undefined ? 201 : 200);
}

async function changeOne(
  of: { project: string; release: string },
  wish: z.infer<typeof Change>,
  fx: Effects<Config>,
): Promise<Response | undefined> {
  const at = timeIn(wish.dateReleased);
  const commits = commitsIn(wish);
  const done = [await fx.run(makeRelease, of)];
  if (at !== undefined) done.push(await fx.run(finalizeRelease, { ...of, at }));
  if (commits) done.push(await fx.run(setCommits, { ...of, ...commits }));
  return done.map(refusedBy).find((each) => each !== undefined);
}

function unknownAmong(projects: readonly string[], fx: Effects<Config>): Response | undefined {
  const known = new Set(fx.view(projectsView).map((each) => each.project));
  const unknown = projects.find((each) => !known.has(each));
  return unknown === undefined ? undefined : told(404, `There is no project ${unknown}.`);
}

function commitsIn({ commits, refs }: z.infer<typeof Change>) {
  const all = commits?.length
    ? commits.map(({ id, message }) => ({ id, title: firstLine(message ?? "") }))
    : refs?.map(({ commit }) => ({ id: commit, title: "" }));
  return all?.length ? { commits: all.slice(0, commitsKept), total: all.length } : undefined;
}
const firstLine = (message: string): string => message.split("\n", 1)[0]?.slice(0, 200) ?? "";

async function addDeploy(release: string, asked: Asked, fx: Effects<Config>): Promise<Response> {
  const wish = bodyOf(asked, Deploy);
  if (wish instanceof Response) return wish;
  const projects = projectsOf(release, asked, fx);
  if (projects.length === 0) return told(404, `There is no release ${release}.`);
  const { environment, name, url } = wish;
  const [startedAt, at] = [timeIn(wish.dateStarted), timeIn(wish.dateFinished) ?? fx.now];
  for (const project of projects) {
    const more = { ...(name ? { name } : {}), ...(url ? { url } : {}), startedAt, at };
    const no = refusedBy(await fx.run(deploy, { project, release, environment, ...more }));
    if (no) return no;
  }
  const made = deploysOf(release, asked, fx).find((each) => each.dateFinished === iso(at));
  return Response.json(made, { status: 201 });
}

const iso = (at: number): string => new Date(at).toISOString();
function timeIn(said: string | null | undefined): number | undefined {
  const at = said ? Date.parse(said) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const deploysOf = (release: string, asked: Asked, fx: Effects<Config>) =>
  projectsOf(release, asked, fx)
    .slice(0, 1)
    .flatMap((project) => fx.view(releasesView).get(project)?.get(release)?.deploys ?? [])
    .toReversed()
    .map(({ environment, name, url, startedAt, at }, nth) => ({
      ...{ id: String(nth + 1), environment, name: name ?? null, url: url ?? null },
      dateStarted: startedAt === undefined ? null : iso(startedAt),
      dateFinished: iso(at),
    }));

function shown(release: string, projects: string[], fx: Effects<Config>, status = 200): Response {
  const known = projects
    .map((project) => fx.view(releasesView).get(project)?.get(release))
    .find((each) => each !== undefined);
  return known
    ? Response.json(sentryRelease(known, projects), { status })
    : told(404, `There is no release ${release}.`);
}

const sentryRelease = ({ release, firstAt, finalizedAt }: Release, projects: string[]) => ({
  ...{ version: release, shortVersion: release, url: null, newGroups: 0, lastEvent: null },
  dateCreated: iso(firstAt),
  dateReleased: finalizedAt === undefined ? null : iso(finalizedAt),
  projects: projects.map((each) => ({ slug: each, name: each })),
});

const ordered = (known: Iterable<Release>): Release[] =>
  [...known].toSorted((a, b) =>
    compareReleases({ release: b.release, at: b.firstAt }, { release: a.release, at: a.firstAt }),
  );

const listed = ({ project }: Asked, fx: Effects<Config>) =>
  [...fx.view(releasesView)]
    .filter(([name]) => project === undefined || name === project)
    .flatMap(([name, known]) =>
      ordered(known.values())
        .slice(0, listedMax)
        .map((each) => sentryRelease(each, [name])),
    );

/** The release before it that has commits: the command line sends those in between. */
function previous(release: string, asked: Asked, fx: Effects<Config>) {
  const [project] = projectsOf(release, asked, fx);
  const known = project === undefined ? undefined : fx.view(releasesView).get(project);
  const own = known?.get(release);
  if (!known || !own) return {};
  const place = { release, at: own.firstAt };
  const before = ordered(known.values()).find(
    (each) =>
      each.commits && compareReleases({ release: each.release, at: each.firstAt }, place) < 0,
  );
  const [last] = before?.commits?.commits ?? [];
  return before && last ? { version: before.release, lastCommit: { id: last.id } } : {};
}
