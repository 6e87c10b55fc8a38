import type { ReactNode } from "react";
import {
  Ago,
  amount,
  At,
  Card,
  count,
  Empty,
  type ErrorRelease,
  Link,
  Loading,
  PageHead,
  ProblemView,
  share,
  Tile,
  Tiles,
  useAsk,
} from "#console";
import { exactShare, Health, placeOf } from "./releases.tsx";

/** One release: where it runs, how it does there, what it brought, and what went into it. */
export function ReleaseView(of: { project: string; release: string }): ReactNode {
  const { data, error, retry } = useAsk<ErrorRelease>("errors.release", of);
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/errors?view=releases" className="text-muted hover:text-ink">
          ← All releases
        </Link>
      </p>
      <PageHead title={of.release} says={of.project} />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the release" lines={6} />}
      {data && <Shown of={data} />}
    </>
  );
}

function Shown({ of }: { of: ErrorRelease }): ReactNode {
  return (
    <div className="grid gap-4">
      <Tiles>
        <Tile label="First heard of" value={<Ago at={of.firstAt} />} />
        <Tile
          label="Crash-free sessions"
          value={of.crashFree === null ? "–" : exactShare(of.crashFree)}
          says={`of ${amount(of.sessions)} in 30 days`}
        />
        <Tile
          label="Adoption"
          value={of.adoption === null ? "–" : share(of.adoption)}
          says="of the last day’s sessions"
        />
        <Tile label="New errors" value={amount(of.newIssues)} />
        <Tile label="Source maps" value={amount(of.maps)} />
        <Tile label="Commits" value={amount(of.commits)} />
      </Tiles>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title="New in it" hint={count(of.newIssues, "error")} flush={of.issues.length > 0}>
          {of.issues.length === 0 ? (
            <Empty icon="check" title="Nothing that was not there before" />
          ) : (
            <ul className="divide-y divide-line" aria-label="New errors">
              {of.issues.map(({ id, type, value }) => (
                <li key={id} className="px-5 py-2.5 text-sm max-sm:px-4">
                  <Link href={`/errors?issue=${id}`} className="font-medium hover:underline">
                    {type}
                  </Link>
                  <span className="block truncate text-muted">{value}</span>
                  <span className="block text-xs text-faint">{id}</span>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <div className="grid gap-4">
          <Deploys of={of} />
          <Environments of={of} />
          <Commits of={of} />
        </div>
      </div>
      {of.before !== undefined && (
        <p className="text-sm text-muted">
          Before it came{" "}
          <Link
            href={placeOf({ project: of.project, release: of.before })}
            className="text-accent underline"
          >
            {of.before}
          </Link>
        </p>
      )}
    </div>
  );
}

const Deploys = ({ of: { deploys } }: { of: ErrorRelease }): ReactNode => (
  <Card title="Deploys" hint={count(deploys.length, "deploy")}>
    {deploys.length === 0 ? (
      <p className="text-sm text-muted">
        None was told of: <code>sentry-cli deploys new</code>, or <code>castor errors deploy</code>.
      </p>
    ) : (
      <ul className="space-y-1.5 text-sm">
        {deploys.slice(0, 10).map(({ environment, at, name }) => (
          <li key={`${environment} ${at}`} className="flex gap-3">
            <span className="min-w-0 grow truncate">{environment}</span>
            {name !== undefined && <span className="truncate text-muted">{name}</span>}
            <span className="text-xs text-faint">
              <At at={at} />
            </span>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

const Environments = ({ of: { environments } }: { of: ErrorRelease }): ReactNode =>
  environments.length === 0 ? null : (
    <Card title="How it does" hint="crash-free sessions">
      <ul className="space-y-1.5 text-sm">
        {environments.map(({ environment, sessions, crashFree }) => (
          <li key={environment} className="flex items-center gap-3">
            <span className="min-w-0 grow truncate">{environment || "no environment"}</span>
            <span className="text-muted">{count(sessions, "session")}</span>
            <Health crashFree={crashFree} />
          </li>
        ))}
      </ul>
    </Card>
  );

const Commits = ({ of: { commitList } }: { of: ErrorRelease }): ReactNode =>
  commitList.length === 0 ? null : (
    <Card title="What went into it" hint={count(commitList.length, "commit")}>
      <ol className="max-h-72 space-y-1.5 overflow-y-auto text-sm">
        {commitList.map(({ id, title }) => (
          <li key={id} className="flex gap-3">
            <code className="font-mono text-xs text-faint">{id.slice(0, 7)}</code>
            <span className="min-w-0 break-words">{title}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
