import type { ReactNode } from "react";
import {
  Ago,
  At,
  Badge,
  Card,
  Empty,
  For,
  type Incident,
  type Incidents,
  Link,
  Loading,
  PageHead,
  ProblemView,
  span,
  Table,
  useLive,
  useMay,
  useName,
} from "#console";
import { Declare } from "./declare.tsx";
import { isOver, roomOf, severityTone, stageWords } from "./words.ts";

const Grave = ({ severity }: Incident): ReactNode => (
  <Badge tone={severityTone[severity]}>{severity.toUpperCase()}</Badge>
);

const named = (id: string): string => id.toUpperCase();

/** Parts stand below what they are part of. */
const inFamilies = (open: readonly Incident[]): Incident[] => {
  const ids = new Set(open.map((each) => each.incident));
  const isPart = ({ parent }: Incident): boolean => parent !== undefined && ids.has(parent);
  const shown = new Set<Incident>();
  const show = (of: Incident): void => {
    if (shown.has(of)) return;
    shown.add(of);
    for (const each of open) if (each.parent === of.incident) show(each);
  };
  for (const each of open) if (!isPart(each)) show(each);
  // Two that are part of each other hang below nothing.
  for (const each of open) show(each);
  return [...shown];
};

const OpenCard = ({ incident }: { incident: Incident }): ReactNode => {
  const nameOf = useName();
  return (
    <li className={incident.parent === undefined ? "" : "ml-8 max-sm:ml-4"}>
      <Link
        href={roomOf(incident.incident)}
        className="block rounded-xl border border-line border-l-4 border-l-bad bg-surface p-5 shadow-card hover:bg-hover max-sm:p-4"
      >
        <span className="flex flex-wrap items-center gap-3">
          <Grave {...incident} />
          <span className="text-xs text-muted">{incident.incident.toUpperCase()}</span>
          <span className="ml-auto text-sm tabular-nums text-muted">
            <For since={incident.times.started} />
          </span>
        </span>
        <span className="mt-2 block text-lg font-semibold">{incident.title}</span>
        <span className="mt-0.5 block text-sm text-muted">
          {stageWords[incident.stage]}
          {incident.roles.commander && `, led by ${nameOf(incident.roles.commander)}`}
          {incident.services.length > 0 && ` · ${incident.services.join(", ")}`}
        </span>
        {(incident.parent ?? incident.children[0]) !== undefined && (
          <span className="mt-1 block text-sm text-muted">
            {incident.parent === undefined
              ? `Its parts: ${incident.children.map(named).join(", ")}`
              : `Part of ${named(incident.parent)}`}
          </span>
        )}
      </Link>
    </li>
  );
};

const length = (from: number, to: number | null): ReactNode =>
  to === null ? "–" : span(Math.max(0, to - from));

const columns = [
  {
    head: "Incident",
    cell: (each: Incident) => (
      <>
        <Link href={roomOf(each.incident)} className="font-medium hover:underline">
          {each.title}
        </Link>
        {each.mergedInto !== undefined && (
          <span className="block text-xs text-muted">one with {named(each.mergedInto)}</span>
        )}
      </>
    ),
  },
  { head: "Severity", cell: (each: Incident) => <Grave {...each} /> },
  { head: "Began", cell: ({ times }: Incident) => <Ago at={times.started} /> },
  { head: "Noticed after", cell: ({ times }: Incident) => length(times.started, times.detected) },
  {
    head: "Taken after",
    cell: ({ times }: Incident) => length(times.detected, times.acknowledged),
  },
  { head: "Harm lasted", cell: ({ times }: Incident) => length(times.started, times.mitigated) },
  {
    head: "Ended",
    cell: ({ times }: Incident) => (times.resolved === null ? "–" : <At at={times.resolved} />),
  },
] as const;

/** What goes wrong now, and what went wrong. */
export function IncidentList(): ReactNode {
  const { data, error, retry } = useLive<Incidents>("incidents.all");
  const mayAct = useMay("responder");
  const open = data?.incidents.filter((each) => !isOver(each)) ?? [];
  const past = data?.incidents.filter(isOver) ?? [];
  return (
    <>
      <PageHead
        title="Incidents"
        says="What goes wrong, from the first sign to the lesson. The log writes the timeline."
      >
        {mayAct && <Declare />}
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="incidents" lines={6} />}
      {data && data.incidents.length === 0 && (
        <Empty icon="check" title="No incident yet">
          Declare one when people cannot do what they came for. Nothing is lost by declaring one too
          many.
        </Empty>
      )}
      {open.length > 0 && (
        <ul className="mb-6 grid gap-4" aria-label="Open incidents">
          {inFamilies(open).map((incident) => (
            <OpenCard key={incident.incident} incident={incident} />
          ))}
        </ul>
      )}
      {past.length > 0 && (
        <Card title="Over" flush>
          <Table
            rows={past}
            columns={columns}
            keyOf={({ incident }) => incident}
            label="Incidents that are over"
          />
        </Card>
      )}
    </>
  );
}
