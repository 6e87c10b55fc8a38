import { type Effects, type EventOf, on, type Reaction, view } from "#kernel";
import type { Config } from "../config.ts";
import { issueCreated, releaseTroubled } from "../contract.ts";
import { releaseKey } from "./release.ts";

type Created = EventOf<typeof issueCreated>["data"];
/** Errors that came first in a release. */
type Brought = { firstAt: number; issues: { id: string; at: number }[] };
/** The first release of a project brings all that there was before anybody looked, so it is not judged. */
type OfProject = { first: string; releases: Map<string, Brought> };

const releasesMax = 100;
const issuesMax = 1_000;
const issuesTold = 10;

type All = Map<string, OfProject>;
export const broughtView = view<All, typeof issueCreated>("errors.new-by-release", {
  from: [issueCreated],
  empty: () => new Map(),
  apply: (all, { event }) => {
    const { project, release, issue, at } = event.data;
    // A part that was split off is no new error.
    if (release === undefined || /\.\d+$/.test(issue)) return all;
    const known: OfProject = all.get(project) ?? { first: release, releases: new Map() };
    const brought = known.releases.get(release) ?? { firstAt: at, issues: [] };
    if (brought.issues.length < issuesMax) brought.issues.push({ id: issue, at });
    known.releases.set(release, brought);
    const [oldest] = known.releases.keys();
    if (known.releases.size > releasesMax && oldest !== undefined) known.releases.delete(oldest);
    return all.set(project, known);
  },
  save: (all) => [...all].map(([project, { first, releases }]) => [project, first, [...releases]]),
  load: (saved) =>
    new Map(
      (saved as [string, string, [string, Brought][]][]).map(([project, first, releases]) => [
        project,
        { first, releases: new Map(releases) },
      ]),
    ),
});

async function judge({ project, release, at }: Created, fx: Effects<Config>): Promise<void> {
  if (release === undefined) return;
  const { newIssues, within } = fx.config.releases;
  const known = fx.view(broughtView).get(project);
  const brought = known?.releases.get(release);
  if (!brought || known?.first === release) return;
  const early = brought.issues.filter((each) => each.at - brought.firstAt <= within);
  if (early.length < newIssues) return;
  const key = releaseKey({ project, release });
  const issues = early.slice(0, issuesTold).map(({ id }) => id);
  const fact = releaseTroubled({ project, release, newIssues: early.length, issues, at });
  await fx.record(key, [fact], { id: `${key}/troubled` });
}

/** Sentry has refused this alert (its issue 97329); a release that breaks much in small ways shows in nothing else. */
export const releaseReaction: Reaction = on(
  "errors.judge-release",
  issueCreated,
  ({ event }, fx: Effects<Config>) => judge(event.data, fx),
);
