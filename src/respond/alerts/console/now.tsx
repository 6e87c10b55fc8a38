import type { ReactNode } from "react";
import {
  type AlertsNow,
  At,
  Card,
  type Column,
  Empty,
  Loading,
  PageHead,
  ProblemView,
  Table,
  useLive,
} from "#console";

import { Views } from "./views.tsx";

type Group = AlertsNow["groups"][number];

const quietWhy = ({ alerts }: Group): string =>
  alerts.some(({ inhibitedBy }) => inhibitedBy.length > 0)
    ? "pages nobody: its cause does"
    : "pages nobody: silenced";

const columns: readonly Column<Group>[] = [
  {
    head: "What is wrong",
    cell: (group) => (
      <>
        <span className="font-medium">{group.title}</span>
        <br />
        <span className="text-muted">
          {group.service ?? group.receiver}
          {group.muted === group.firing ? `, ${quietWhy(group)}` : ""}
          {group.alerts.some(({ isFlapping }) => isFlapping) ? ", to and fro" : ""}
        </span>
      </>
    ),
  },
  { head: "Severity", cell: ({ severity }) => severity },
  { head: "Alerts", cell: ({ firing }) => String(firing), number: true },
  { head: "Since", cell: ({ since }) => <At at={since} /> },
];

type Silence = AlertsNow["silences"][number];
const silenceColumns: readonly Column<Silence>[] = [
  { head: "Why", cell: ({ comment, createdBy }) => `${comment} (${createdBy})` },
  {
    head: "What",
    cell: ({ matchers }) =>
      matchers
        .map(
          ({ name, value, isEqual, isRegex }) =>
            `${name}${isEqual ? "=" : "!"}${isRegex ? "~" : isEqual ? "" : "="}${value}`,
        )
        .join(", "),
  },
  { head: "Ends", cell: ({ endsAt }) => <At at={endsAt} /> },
];

/** What is wrong now, by cause: what pages first, then what is held back. */
export function NowView(): ReactNode {
  const { data, error, retry } = useLive<AlertsNow>("alerts.now");
  return (
    <>
      <PageHead title="Alerts" says="What is wrong now, gathered by cause.">
        <Views />
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the alerts" />}
      {data && (
        <Card title="Now" hint="one line is one thread" flush>
          {data.groups.length === 0 ? (
            <Empty icon="check" title="Nothing is wrong that anybody told" />
          ) : (
            <Table label="Alerts" rows={data.groups} columns={columns} keyOf={({ key }) => key} />
          )}
        </Card>
      )}
      {data && data.silences.length > 0 && (
        <Card title="Silences" hint="ends are told all the same" flush>
          <Table
            label="Silences"
            rows={data.silences}
            columns={silenceColumns}
            keyOf={({ id }) => id}
          />
        </Card>
      )}
    </>
  );
}
