import type { ReactNode } from "react";
import {
  Badge,
  Button,
  Choice,
  Empty,
  For,
  type Incident,
  type IncidentOne,
  Link,
  Loading,
  ProblemView,
  RunbooksFor,
  span,
  useLive,
  useMay,
  useNow,
  usePageKeys,
  useSend,
  useTask,
} from "#console";
import { severities, severityGuide, stages } from "../contract.ts";
import { Changed, Outside } from "./around.tsx";
import { Belongs, Family } from "./family.tsx";
import { Degraded } from "./degraded.tsx";
import { Call, Channel, Guide, Here } from "./head.tsx";
import { Impact, Roles, Similar, Tasks } from "./aside.tsx";
import { Timeline } from "./timeline.tsx";
import { endOf, isOver, next, severityTone, stageDeeds, stageWords } from "./words.ts";

const changes = ["incidents.one", "incidents.timeline", "incidents.all"];

/** Where it stands on its way, with each stage's word, so that colour is not needed. */
const Way = ({ incident }: { incident: Incident }): ReactNode => {
  const at = stages.indexOf(incident.stage);
  return (
    <ol className="flex flex-wrap gap-x-1 gap-y-1.5 text-xs" aria-label="Stages">
      {stages.map((stage, i) => (
        <li
          key={stage}
          aria-current={i === at ? "step" : undefined}
          className={`rounded-full px-2.5 py-1 ${i === at ? "bg-accent font-semibold text-on-accent" : i < at ? "bg-good-soft text-good" : "bg-sunken text-muted"}`}
        >
          {stage}
        </li>
      ))}
    </ol>
  );
};

function UpdateDue({ incident }: { incident: Incident }): ReactNode {
  const now = useNow();
  const run = useSend(...changes);
  const mayAct = useMay("responder");
  const { updateDue } = incident;
  const late = updateDue !== null && updateDue < now;
  return (
    <span className="flex items-center gap-2 text-sm">
      {updateDue === null ? (
        <span className="text-muted">No update is promised</span>
      ) : (
        <span className={late ? "font-semibold text-bad" : "text-muted"}>
          {late
            ? `Update late by ${span(now - updateDue)}`
            : `Next update in ${span(updateDue - now)}`}
        </span>
      )}
      {mayAct && (
        <Button
          kind="quiet"
          onClick={() =>
            void run("incidents.promise-update", { incident: incident.incident, in: "30m" })
          }
        >
          Promise one in 30 min
        </Button>
      )}
    </span>
  );
}

function Deeds({ incident }: { incident: Incident }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const to = next[incident.stage];
  const go = (stage: Incident["stage"]) =>
    void task.run(() => run("incidents.status", { incident: incident.incident, to: stage }));
  usePageKeys(to === undefined ? [] : [{ key: "m", what: stageDeeds[to], press: () => go(to) }]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Choice
        label="Severity"
        hideLabel
        value={incident.severity}
        onChange={(event) =>
          void task.run(() =>
            run("incidents.set-severity", {
              ...{ incident: incident.incident, severity: event.target.value },
              reason: "set in the room",
            }),
          )
        }
        options={severities.map((each) => [each, each.toUpperCase()] as const)}
        title={severityGuide[incident.severity]}
        className="w-24"
      />
      <Guide />
      {incident.stage === "monitoring" && (
        <Button onClick={() => go("mitigating")}>It did not help</Button>
      )}
      {isOver(incident) && (
        <Button
          onClick={() =>
            void task.run(() =>
              run("incidents.reopen", { incident: incident.incident, reason: "it is not over" }),
            )
          }
        >
          It is not over
        </Button>
      )}
      {to !== undefined && (
        <Button kind="primary" busy={task.busy} onClick={() => go(to)}>
          {stageDeeds[to]}
        </Button>
      )}
      {task.error && <ProblemView error={task.error} />}
    </div>
  );
}

type Shown = { data: IncidentOne; incident: Incident };
/** What is one with another is decided there: here nothing is offered that would be refused. */
const standsAlone = ({ mergedInto }: Incident): boolean => mergedInto === undefined;

/** How long it went on or goes on, what it is about, and where people meet. */
function Head({ data, incident }: Shown): ReactNode {
  const mayAct = useMay("responder");
  const { incident: id, times, severity, services, title, stage } = incident;
  const end = endOf(incident);
  const isAlone = standsAlone(incident);
  return (
    <>
      <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
        <Link href="/incidents" className="hover:underline">
          Incidents
        </Link>
        <span>{id.toUpperCase()}</span>
        <Badge tone={severityTone[severity]}>{severity.toUpperCase()}</Badge>
        <span className="ml-auto text-lg font-semibold text-ink tabular-nums">
          {end === undefined ? <For since={times.started} /> : span(end - times.started)}
        </span>
      </p>
      <h1 className="mt-1 text-xl font-semibold">{title}</h1>
      <p className="mt-0.5 text-sm text-muted">
        {isAlone ? stageWords[stage] : "It goes on elsewhere"}
        {services.length > 0 && ` · ${services.join(", ")}`}
      </p>
      <Family incident={incident} oneWith={data.oneWith} />
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Here incident={id} />
        {data.callLink !== null && <Call href={data.callLink} />}
        <Channel incident={incident} canMake={data.hasChat && isAlone} />
        {mayAct && <Belongs incident={incident} />}
        {isAlone && isOver(incident) && (
          <Link href={`/post-mortems?id=${id.replace("inc", "pm")}`} className="text-sm underline">
            Post-mortem
          </Link>
        )}
      </div>
    </>
  );
}

/** Where it stands, and what comes next. */
function Standing({ incident }: { incident: Incident }): ReactNode {
  const mayAct = useMay("responder");
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-3">
      <Way incident={incident} />
      {!isOver(incident) && (
        <span className="ml-auto max-sm:ml-0">
          <UpdateDue incident={incident} />
        </span>
      )}
      {mayAct && <Deeds incident={incident} />}
    </div>
  );
}

const Aside = ({ data, incident }: Shown): ReactNode => (
  <div className="grid gap-5">
    <Impact incident={incident} />
    <RunbooksFor
      services={incident.services}
      alerts={data.alerts}
      labels={data.labels}
      text={incident.title}
      incident={incident.incident}
    />
    <Changed incident={incident} />
    {standsAlone(incident) && (
      <>
        <Outside incident={incident} />
        <Roles incident={incident} />
        <Tasks incident={incident} />
      </>
    )}
    <Similar incident={incident} />
  </div>
);

/** One page that everybody who helps can open: where it stands, what happened, who does what. */
export function Room({ id }: { id: string }): ReactNode {
  const { data, error, retry } = useLive<IncidentOne>("incidents.one", { incident: id });
  const incident = data?.incident;
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what={`the room of ${id}`} lines={8} />;
  if (!incident)
    return (
      <Empty icon="search" title={`There is no ${id}`}>
        <Link href="/incidents" className="underline">
          All incidents
        </Link>
      </Empty>
    );
  return (
    <>
      <Degraded />
      <header className="mb-5">
        <Head data={data} incident={incident} />
        {standsAlone(incident) && <Standing incident={incident} />}
      </header>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Timeline incident={id} />
        <Aside data={data} incident={incident} />
      </div>
    </>
  );
}
