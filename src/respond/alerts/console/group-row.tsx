import { type ReactNode, useState } from "react";
import {
  Ago,
  type AlertsNow,
  amount,
  Badge,
  Button,
  count,
  Icon,
  RunbookLinks,
  type Tone,
  useMay,
} from "#console";
import { SilenceDialog } from "./silence-dialog.tsx";

export type Group = AlertsNow["groups"][number];
type Alert = Group["alerts"][number];

const tones: Record<Group["severity"], Tone> = {
  ...{ critical: "bad", error: "bad", warning: "warn", info: "none" },
};

/** What tells this alert from the others of its group. */
const ownLabels = ({ labels }: Alert, group: Group): [string, string][] =>
  Object.entries(labels).filter(
    ([name, value]) => !Object.hasOwn(group.labels, name) && name !== "severity" && value !== "",
  );

const AlertLine = ({ alert, group }: { alert: Alert; group: Group }): ReactNode => {
  const summary = alert.annotations["summary"];
  return (
    <li className="py-2">
      {summary !== undefined && summary !== group.title && (
        <p className="wrap-anywhere">{summary}</p>
      )}
      <p className="flex flex-wrap gap-x-3 gap-y-1 text-muted">
        {ownLabels(alert, group).map(([name, value]) => (
          <span key={name} className="wrap-anywhere">
            {name} <span className="text-ink">{value}</span>
          </span>
        ))}
        <span>
          since <Ago at={alert.startsAt} />
        </span>
        {alert.isFlapping && <span>to and fro</span>}
      </p>
    </li>
  );
};

const subtitle = ({ service, receiver, firing, muted, suffering }: Group): string =>
  [
    service ?? `for ${receiver}`,
    count(firing, "alert"),
    ...(muted > 0 && muted < firing ? [`${muted} held back`] : []),
    ...(suffering > 0 ? [`${count(suffering, "service")} down with it`] : []),
  ].join(" · ");

/** One cause: a line that opens to its alerts and to what can be done. */
export function GroupRow({ group }: { group: Group }): ReactNode {
  const [isSilencing, setSilencing] = useState(false);
  const may = useMay("responder");
  const left = group.firing - group.alerts.length;
  return (
    <li>
      <details className="group">
        <summary className="flex cursor-pointer list-none items-start gap-3 px-5 py-3 hover:bg-hover max-sm:px-4 [&::-webkit-details-marker]:hidden">
          <Icon
            name="down"
            className="mt-1 size-4 shrink-0 text-faint -rotate-90 transition-transform group-open:rotate-0"
          />
          <span className="min-w-0 flex-1">
            <span className="line-clamp-3 font-medium wrap-anywhere group-open:line-clamp-none">
              {group.title}
            </span>
            <span className="block text-sm text-muted wrap-anywhere">{subtitle(group)}</span>
          </span>
          <span className="grid shrink-0 justify-items-end gap-1 text-sm text-muted">
            <Badge tone={tones[group.severity]}>{group.severity}</Badge>
            <Ago at={group.since} />
          </span>
        </summary>
        <div className="grid gap-3 px-5 pb-4 pl-12 text-sm max-sm:px-4">
          <ul className="divide-y divide-line">
            {group.alerts.map((alert) => (
              <AlertLine key={alert.fingerprint} alert={alert} group={group} />
            ))}
          </ul>
          {left > 0 && <p className="text-muted">and {amount(left)} more</p>}
          <RunbookLinks
            services={group.service === undefined || group.service === null ? [] : [group.service]}
            alerts={[group.labels["alertname"] ?? []].flat()}
            labels={group.labels}
            text={group.title}
          />
          {may && (
            <div>
              <Button onClick={() => setSilencing(true)}>Silence…</Button>
            </div>
          )}
        </div>
      </details>
      {isSilencing && <SilenceDialog group={group} onClose={() => setSilencing(false)} />}
    </li>
  );
}
