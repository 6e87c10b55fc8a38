import { type Decide, type EventOf, type Model, view } from "#kernel";
import * as contract from "../contract.ts";

type FactDef = (typeof contract.releaseFacts)[number];
export type ReleaseFact = EventOf<FactDef>;
type Deployed = EventOf<typeof contract.deployed>["data"];
type Commits = EventOf<typeof contract.releaseCommits>["data"];

/** What the log knows of one release. */
export type Release = {
  release: string;
  /** When it was first heard of: an event, a deploy, or somebody told. */
  firstAt: number;
  madeAt?: number;
  finalizedAt?: number;
  /** The newest last. */
  deploys: readonly Deployed[];
  commits?: Commits;
};

/** Of one project, in the list; the first ones heard of are left out of it then. */
const releasesMax = 10_000;
const deploysMax = 50;

/** One release of one project is one stream. */
export const releaseModel: Model<Release | undefined, ReleaseFact> = {
  initial: undefined,
  evolve: (known, fact) => after(known, fact),
};
/** Names of releases may hold anything; names of streams may not. */
export const releaseKey = ({ project, release }: { project: string; release: string }): string =>
  `releases/${project}/${new Bun.CryptoHasher("sha256").update(release).digest("hex").slice(0, 32)}`;

function after(known: Release | undefined, { type, data }: ReleaseFact): Release {
  const at = "at" in data ? data.at : (known?.firstAt ?? 0);
  const before = known ?? { release: data.release, firstAt: at, deploys: [] };
  const now = { ...before, firstAt: Math.min(before.firstAt, at) };
  switch (type) {
    case "errors.release-made":
      return { ...now, madeAt: data.at };
    case "errors.release-finalized":
      return { ...now, finalizedAt: data.at };
    case "errors.release-commits":
      return { ...now, commits: data };
    case "errors.deployed":
      return { ...now, deploys: [...now.deploys, data].slice(-deploysMax) };
    default:
      return now;
  }
}

/** By project, then by release. */
type All = Map<string, Map<string, Release>>;
export const releasesView = view<All, FactDef>("errors.releases-by-project", {
  from: contract.releaseFacts,
  empty: () => new Map(),
  apply: (all, { event }) => {
    const { project, release } = event.data;
    const known = all.get(project) ?? new Map<string, Release>();
    all.set(project, known.set(release, after(known.get(release), event as ReleaseFact)));
    const [oldest] = known.keys();
    if (known.size > releasesMax && oldest !== undefined) known.delete(oldest);
    return all;
  },
  save: (all) => [...all].map(([project, known]) => [project, [...known.values()]]),
  load: (saved) =>
    new Map(
      (saved as [string, Release[]][]).map(([project, known]) => [
        project,
        new Map(known.map((each) => [each.release, each])),
      ]),
    ),
});

type Of = { project: string; release: string };
type Decides<I> = Decide<Of & I, Release | undefined, ReleaseFact>;
type At = { at?: number | undefined };

/** Told of twice, it is made once. */
export const makeRelease: Decides<At> = ({ project, release, at }, known, { now }) =>
  known?.madeAt === undefined ? [contract.releaseMade({ project, release, at: at ?? now })] : [];

export const finalizeRelease: Decides<At> = ({ project, release, at }, known, { now }) =>
  known?.finalizedAt === undefined
    ? [contract.releaseFinalized({ project, release, at: at ?? now })]
    : [];

export const setCommits: Decides<{ commits: { id: string; title: string }[]; total: number }> = (
  { project, release, commits, total },
  known,
) => {
  const said = { project, release, commits, total };
  return JSON.stringify(known?.commits) === JSON.stringify(said)
    ? []
    : [contract.releaseCommits(said)];
};

type Wish = At & {
  environment: string;
  name?: string | undefined;
  url?: string | undefined;
  startedAt?: number | undefined;
};
export const deploy: Decides<Wish> = (input, _, { now }) => {
  const { project, release, environment, name, url, startedAt } = input;
  return [
    contract.deployed({
      ...{ project, release, environment, at: input.at ?? now },
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(startedAt === undefined ? {} : { startedAt }),
    }),
  ];
};
