import type { ReactNode } from "react";
import {
  Ago,
  amount,
  Badge,
  Card,
  type Column,
  Empty,
  type ErrorReleases,
  Link,
  Loading,
  PageHead,
  ProblemView,
  share,
  Table,
  type Tone,
  useAsk,
} from "#console";
import { Tabs } from "./tabs.tsx";

type Row = ErrorReleases["releases"][number];

const healthy = 0.995;
const poor = 0.98;
export const toneOfHealth = (crashFree: number): Tone =>
  crashFree >= healthy ? "good" : crashFree >= poor ? "warn" : "bad";

/** To two digits after the point: between 99.9 and 99.99 % is a factor of ten. */
export const exactShare = (value: number): string =>
  value === 1 ? "100 %" : `${(Math.floor(value * 10_000) / 100).toFixed(2)} %`;

export const Health = ({ crashFree }: { crashFree: number | null }): ReactNode =>
  crashFree === null ? (
    <span className="text-faint">no sessions</span>
  ) : (
    <Badge tone={toneOfHealth(crashFree)}>{exactShare(crashFree)}</Badge>
  );

export const placeOf = ({ project, release }: { project: string; release: string }): string =>
  `/errors?view=releases&project=${encodeURIComponent(project)}&release=${encodeURIComponent(release)}`;

const Adoption = ({ adoption, release }: Row): ReactNode =>
  adoption === null ? (
    <span className="text-faint">–</span>
  ) : (
    <span className="inline-grid w-24 gap-1 align-middle">
      <span>{share(adoption)}</span>
      <progress
        className="thin-bar"
        value={adoption}
        max={1}
        aria-label={`Share of sessions on ${release}`}
      />
    </span>
  );

const columns: Column<Row>[] = [
  {
    head: "Release",
    cell: (row) => (
      <span className="block max-w-72 min-w-32">
        <Link href={placeOf(row)} className="font-medium break-all hover:underline">
          {row.release}
        </Link>
        <span className="block text-xs text-faint">
          {row.project} · <Ago at={row.firstAt} />
        </span>
      </span>
    ),
  },
  {
    head: "Deployed to",
    wideOnly: true,
    cell: ({ deploys }) => {
      const [last] = deploys;
      if (!last) return <span className="text-faint">–</span>;
      const places = [...new Set(deploys.map(({ environment }) => environment))];
      return (
        <span>
          {places.slice(0, 3).join(", ")}
          <span className="block text-xs text-faint">
            <Ago at={last.at} />
          </span>
        </span>
      );
    },
  },
  { head: "Adoption", wideOnly: true, cell: (row) => <Adoption {...row} /> },
  { head: "Crash-free", cell: ({ crashFree }) => <Health crashFree={crashFree} /> },
  {
    head: "New errors",
    number: true,
    cell: ({ newIssues }) => (
      <span className={newIssues > 0 ? "font-medium" : "text-faint"}>{amount(newIssues)}</span>
    ),
  },
  { head: "Sessions", number: true, wideOnly: true, cell: ({ sessions }) => amount(sessions) },
];

/** Every release in its order: where it runs, who is on it, how it does, what it brought. */
export function ReleasesView(): ReactNode {
  const { data, error, retry } = useAsk<ErrorReleases>("errors.releases");
  return (
    <>
      <PageHead
        title="Errors"
        says="Releases, the latest first: who is on them, and what they brought."
      />
      <Tabs here="releases" />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the releases" lines={6} />}
      {data?.releases.length === 0 && (
        <Card>
          <Empty icon="file" title="No release yet">
            Set <code>release</code> in your SDK, or let your pipeline run{" "}
            <code>sentry-cli releases new</code>: the first event from it makes it known.
          </Empty>
        </Card>
      )}
      {data && data.releases.length > 0 && (
        <Card flush>
          <Table
            label="Releases"
            rows={data.releases}
            columns={columns}
            keyOf={({ project, release }) => `${project} ${release}`}
          />
        </Card>
      )}
    </>
  );
}
