import type { ReactNode } from "react";
import {
  Ago,
  Badge,
  type Beat,
  Card,
  Confirm,
  count,
  duration,
  Empty,
  type ErrorMonitors,
  For,
  Loading,
  PageHead,
  ProblemView,
  say,
  span,
  Strip,
  useLive,
  useMay,
  useNow,
  useSend,
} from "#console";
import { Tabs } from "./tabs.tsx";

type Job = ErrorMonitors["monitors"][number];
const troubles = {
  missed: "did not begin when it should have",
  error: "said that it failed",
  overran: "did not end in time",
} as const;
const beats: Readonly<Record<string, Beat>> = { ok: "ok", in_progress: "none" };

const Due = ({ nextAt }: { nextAt: number }): ReactNode => {
  const left = nextAt - useNow();
  return left > 0 ? `next in ${span(left)}` : `due ${span(-left)} ago`;
};

function JobRow({ job }: { job: Job }): ReactNode {
  const { project, monitor, environment, state, failing, runs, schedule, nextAt, last } = job;
  const lastMs = runs.at(-1)?.durationMs;
  return (
    <li className="grid gap-x-6 gap-y-2 px-5 py-3.5 max-sm:px-4 sm:grid-cols-[minmax(0,1fr)_10rem_auto] sm:items-center">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Badge tone={state === "failing" ? "bad" : state === "running" ? "none" : "good"}>
            {state}
          </Badge>
          <span className="min-w-0 text-sm font-medium break-all">{monitor}</span>
          <span className="text-xs text-faint">
            {project}
            {environment !== "" && ` · ${environment}`}
          </span>
        </p>
        <p className="mt-1 text-sm text-muted">
          {failing ? (
            <span className="text-bad">
              It {troubles[failing.why]}, for <For since={failing.since} />.{" "}
            </span>
          ) : null}
          Last heard <Ago at={last.at} />
          {lastMs !== undefined && `, took ${duration(lastMs)}`}.{" "}
          {schedule === undefined ? (
            "No schedule: it cannot be missed."
          ) : (
            <>
              <code className="font-mono text-xs">{schedule}</code>
              {nextAt !== undefined && (
                <>
                  , <Due nextAt={nextAt} />
                </>
              )}
            </>
          )}
        </p>
      </div>
      <Strip beats={runs.map(({ status }) => beats[status] ?? "fail")} label={monitor} />
      <div className="max-sm:justify-self-start">
        <Forget job={job} />
      </div>
    </li>
  );
}

function Forget({ job: { project, monitor, environment } }: { job: Job }): ReactNode {
  const may = useMay("responder");
  const run = useSend("errors.monitors");
  if (!may) return null;
  return (
    <Confirm
      what="Forget"
      label={`Forget ${monitor}`}
      title={`Forget “${monitor}”?`}
      onConfirm={async () => {
        await run("errors.forget-monitor", { project, monitor, environment });
        say(`${monitor} is no longer expected`);
      }}
    >
      Nobody misses it from now on, and its runs go. Should it check in again, it is a new job.
    </Confirm>
  );
}

/** Jobs that check in: which ones fail, when each is due, how the last runs went. */
export function JobsView(): ReactNode {
  const { data, error, retry } = useLive<ErrorMonitors>("errors.monitors");
  const jobs = data?.monitors ?? [];
  const failing = jobs.filter(({ state }) => state === "failing").length;
  return (
    <>
      <PageHead title="Errors" says="Jobs that check in, and those that should have." />
      <Tabs here="jobs" />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the jobs" lines={4} />}
      {data && jobs.length === 0 && (
        <Card>
          <Empty icon="clock" title="No job checks in yet">
            Wrap it with your SDK (<code>Sentry.withMonitor</code>) or with{" "}
            <code>sentry-cli monitors run nightly -- ./backup.sh</code>, with its schedule: then it
            is missed when it does not come.
          </Empty>
        </Card>
      )}
      {jobs.length > 0 && (
        <Card
          title={count(jobs.length, "job")}
          hint={failing === 0 ? "all of them work" : `${failing} failing`}
          flush
        >
          <ul className="divide-y divide-line" aria-label="Jobs">
            {jobs.map((job) => (
              <JobRow key={`${job.project} ${job.monitor} ${job.environment}`} job={job} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
