import { event, problem, query } from "#kernel/contract";
import * as z from "zod";
import { ProjectName, Release } from "./facts.ts";

/** Where a release runs, as deploys and events say it. */
export const Environment = z.string().trim().min(1).max(64);
export const ofRelease = z.object({ project: ProjectName, release: Release });
const inWords = ({ project, release }: { project: string; release: string }): string =>
  `${release} of ${project}`;

/** Something came from a release that nothing had come from before. */
export const releaseSeen = event(
  "errors.release-seen",
  ofRelease.extend({ at: z.number(), environment: z.string().optional() }),
  { says: (d) => `The first word came from ${inWords(d)}` },
);
/** Somebody told of a release, before or after anything came from it. */
export const releaseMade = event("errors.release-made", ofRelease.extend({ at: z.number() }), {
  says: (d) => `Release ${inWords(d)} was made`,
});
export const releaseFinalized = event(
  "errors.release-finalized",
  ofRelease.extend({ at: z.number() }),
  { says: (d) => `Release ${inWords(d)} is final` },
);
const Commit = z.object({ id: z.string().min(1).max(64), title: z.string().max(200) });
export const Commits = z.array(Commit).max(100);
/** What went into a release. Without authors: these are facts for ever. */
export const releaseCommits = event(
  "errors.release-commits",
  ofRelease.extend({ commits: Commits, total: z.number().int() }),
  { says: (d) => `${inWords(d)} has ${d.total} commits` },
);
/** A release went into service somewhere. Errors that begin after it are suspected of it. */
export const deployed = event(
  "errors.deployed",
  ofRelease.extend({
    environment: Environment,
    name: z.string().max(200).optional(),
    url: z.url().max(1_000).optional(),
    startedAt: z.number().optional(),
    at: z.number(),
  }),
  { isChange: true, says: (d) => `${inWords(d)} was deployed to ${d.environment}` },
);
/** A release brought more errors that nobody had seen before than one is to bring. Told once for each release. */
export const releaseTroubled = event(
  "errors.release-troubled",
  ofRelease.extend({ newIssues: z.number().int(), issues: z.array(z.string()), at: z.number() }),
  { says: (d) => `${inWords(d)} brought ${d.newIssues} new errors: ${d.issues.join(", ")}` },
);
/** Every fact about the releases of one project, on the stream `errors/releases/<project>`. */
export const releaseFacts = [
  releaseSeen,
  releaseMade,
  releaseFinalized,
  releaseCommits,
  deployed,
] as const;

export const unknownRelease = problem("errors.unknown-release", 404, "There is no such release");

const Deploy = z.object({
  environment: z.string(),
  at: z.number(),
  name: z.string().optional(),
  url: z.string().optional(),
});
const ReleaseRow = z.object({
  project: z.string(),
  release: z.string(),
  /** When it was first heard of: made, deployed, or seen in an event. */
  firstAt: z.number(),
  finalizedAt: z.number().optional(),
  deploys: z.array(Deploy),
  commits: z.number(),
  /** Errors that came first in it. */
  newIssues: z.number(),
  sessions: z.number(),
  /** Share of sessions that did not crash, of the last 30 days; null where there were none. */
  crashFree: z.number().nullable(),
  /** Share of the project's sessions of the last day; null where it had none. */
  adoption: z.number().nullable(),
});
export const releases = query(
  "errors.releases",
  z.object({
    project: ProjectName.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  z.object({ releases: z.array(ReleaseRow) }),
  { about: "The releases, the latest first: deploys, new errors, and how many sessions crashed." },
);
export const release = query(
  "errors.release",
  ofRelease,
  ReleaseRow.extend({
    commitList: Commits,
    /** Those that came first in it. */
    issues: z.array(z.object({ id: z.string(), type: z.string(), value: z.string() })),
    environments: z.array(
      z.object({
        environment: z.string(),
        sessions: z.number(),
        crashFree: z.number().nullable(),
      }),
    ),
    maps: z.number(),
    /** The release before it in the order of releases. */
    before: z.string().optional(),
  }),
  {
    about: "One release: its deploys, commits, new errors, source maps, and health by environment.",
  },
);
