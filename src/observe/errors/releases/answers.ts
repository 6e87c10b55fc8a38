import { answer, isRefusal, type Read, type Refusal } from "#kernel";
import type * as z from "zod";
import type { Config } from "../config.ts";
import * as contract from "../contract.ts";
import { isOpen, projectsView } from "../project.ts";
import { askIntake } from "../ask-intake.ts";
import type { Figures, releaseDetail } from "./figures.ts";
import { compareReleases } from "./order.ts";
import { type Release, releasesView } from "./release.ts";

type Row = z.infer<typeof contract.releases.output>["releases"][number];
type Detail = z.infer<typeof contract.release.output>;

const shareOk = (of: { sessions: number; crashed: number }): number | null =>
  of.sessions === 0 ? null : Math.max(0, 1 - of.crashed / of.sessions);

const nothing = { newIssues: 0, sessions: 0, crashed: 0, lately: 0 };
const rowOf = (
  { project, lately: all }: { project: string; lately: number },
  of: Release,
  figures: Figures | undefined,
): Row => {
  const { newIssues, sessions, crashed, lately } = figures ?? nothing;
  return {
    ...{ project, release: of.release, newIssues, sessions },
    firstAt: Math.min(of.firstAt, figures?.firstAt ?? of.firstAt),
    ...(of.finalizedAt === undefined ? {} : { finalizedAt: of.finalizedAt }),
    deploys: of.deploys.toReversed().map(({ environment, at, name, url }) => ({
      ...{ environment, at },
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
    })),
    commits: of.commits?.total ?? 0,
    crashFree: shareOk({ sessions, crashed }),
    adoption: all === 0 ? null : lately / all,
  };
};

/** What the log knows and what the inbox counted, the latest release first. */
async function rowsOf(
  read: Read<Config>,
  { project, number }: { project: string; number: number },
): Promise<Row[] | Refusal> {
  const known = read.view(releasesView).get(project) ?? new Map<string, Release>();
  const asked = isOpen(read)
    ? ((await askIntake<Figures[]>(read, "release-figures", { project: number })) ?? [])
    : [];
  if (isRefusal(asked)) return asked;
  const figures = new Map(asked.map((each) => [each.release, each]));
  const lately = asked.reduce((sum, each) => sum + each.lately, 0);
  const names = new Set([...known.keys(), ...figures.keys()]);
  return [...names]
    .map((release) => {
      const own = figures.get(release);
      const firstAt = own?.firstAt ?? 0;
      return rowOf(
        { project, lately },
        known.get(release) ?? { release, firstAt, deploys: [] },
        own,
      );
    })
    .toSorted((a, b) => compareReleases(placeOf(b), placeOf(a)));
}
const placeOf = (row: Row) => ({ release: row.release, at: row.firstAt });

async function list(
  read: Read<Config>,
  { project, limit }: { project?: string | undefined; limit: number },
): Promise<{ releases: Row[] } | Refusal> {
  const all = read.view(projectsView);
  const chosen = all.filter((each) => project === undefined || each.project === project);
  if (project !== undefined && chosen.length === 0) return contract.unknownProject();
  const releases: Row[] = [];
  for (const each of chosen) {
    const rows = await rowsOf(read, each);
    if (isRefusal(rows)) return rows;
    releases.push(...rows);
  }
  // Within a project in the order of releases; projects by what is newest.
  const shown = chosen.length > 1 ? releases.toSorted((a, b) => b.firstAt - a.firstAt) : releases;
  return { releases: shown.slice(0, limit) };
}

async function one(
  read: Read<Config>,
  { project, release }: { project: string; release: string },
): Promise<Detail | Refusal> {
  const of = read.view(projectsView).find((each) => each.project === project);
  if (!of) return contract.unknownProject(`There is no project ${project}.`);
  const rows = await rowsOf(read, of);
  if (isRefusal(rows)) return rows;
  const at = rows.findIndex((each) => each.release === release);
  const row = rows[at];
  if (!row) return contract.unknownRelease(`${project} has no release ${release}.`);
  const input = { project: of.number, release };
  const asked = isOpen(read) ? await askIntake<Asked>(read, "release", input) : undefined;
  if (isRefusal(asked)) return asked;
  const before = rows[at + 1]?.release;
  return {
    ...row,
    ...inboxPart(asked),
    commitList: read.view(releasesView).get(project)?.get(release)?.commits?.commits ?? [],
    ...(before === undefined ? {} : { before }),
  };
}

type Asked = ReturnType<typeof releaseDetail>;
const inboxPart = (asked: Asked | undefined) => ({
  maps: asked?.maps ?? 0,
  issues: asked?.issues ?? [],
  environments: (asked?.environments ?? []).map(({ environment, sessions, crashed }) => ({
    ...{ environment, sessions },
    crashFree: shareOk({ sessions, crashed }),
  })),
});

/** An answer may be a refusal: HTTP makes a problem of it. */
const orRefusal = <O>(value: O | Refusal): O => value as O;
export const releaseAnswers = [
  answer(contract.releases, async (read: Read<Config>, input) =>
    orRefusal(await list(read, input)),
  ),
  answer(contract.release, async (read: Read<Config>, input) => orRefusal(await one(read, input))),
];
