import type { ReactNode } from "react";
import { type AlertsNow, amount, Card, count } from "#console";
import { type Group, GroupRow } from "./group-row.tsx";

type Why = AlertsNow["held"][number];

const because = ({ by, title }: Why): ReactNode =>
  by === "silence" ? (
    <>
      silenced: <span className="text-ink">{title === "" ? "no reason given" : title}</span>
    </>
  ) : (
    <>
      because of <span className="text-ink">{title === "" ? "something louder" : title}</span>
    </>
  );

/** What pages nobody: why first, and what it is when somebody wants to know. */
export function Held({
  data,
  quiet,
  children,
}: {
  data: AlertsNow;
  quiet: readonly Group[];
  children: ReactNode;
}): ReactNode {
  return (
    <Card title="Held back" hint="these page nobody; their ends are told all the same" flush>
      <ul className="divide-y divide-line">
        {data.held.map((why) => (
          <li
            key={why.id}
            className="flex items-baseline justify-between gap-4 px-5 py-2.5 text-sm text-muted max-sm:px-4"
          >
            <span className="min-w-0 wrap-anywhere">{because(why)}</span>
            <span className="shrink-0 tabular-nums">{count(why.alerts, "alert")}</span>
          </li>
        ))}
      </ul>
      {quiet.length > 0 && (
        <details className="border-t border-line">
          <summary className="cursor-pointer px-5 py-3 text-sm text-muted hover:bg-hover max-sm:px-4">
            Show {data.quiet > quiet.length ? `${quiet.length} of ${amount(data.quiet)}` : "them"}
          </summary>
          <ul className="divide-y divide-line border-t border-line">
            {quiet.map((group) => (
              <GroupRow key={group.key} group={group} />
            ))}
          </ul>
          {children}
        </details>
      )}
    </Card>
  );
}
