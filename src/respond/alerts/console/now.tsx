import type { ReactNode } from "react";
import {
  type AlertsNow,
  amount,
  Card,
  count,
  Empty,
  Loading,
  PageHead,
  ProblemView,
  useLive,
} from "#console";
import { GroupRow } from "./group-row.tsx";
import { Held } from "./held.tsx";
import { Silences } from "./silences.tsx";
import { Views } from "./views.tsx";

/** What is left out is said, so that nobody takes a part for the whole. */
const Left = ({ shown, all }: { shown: number; all: number }): ReactNode =>
  all > shown ? (
    <p className="border-t border-line px-5 py-3 text-sm text-muted max-sm:px-4">
      and {count(all - shown, "further one", "further ones")}:{" "}
      <code className="font-mono">castor alerts now --json</code> or{" "}
      <code className="font-mono">amtool alert</code> list all
    </p>
  ) : null;

function Now({ data }: { data: AlertsNow }): ReactNode {
  const loud = data.groups.filter(({ muted, firing }) => muted < firing);
  const quiet = data.groups.filter(({ muted, firing }) => muted === firing);
  return (
    <>
      <Card
        title={
          data.loud === 0
            ? "Nothing pages anybody"
            : `${count(data.loud, "cause pages", "causes page")} somebody`
        }
        hint={
          data.firing === 0
            ? undefined
            : `${count(data.firing, "alert")}, ${amount(data.muted)} of them held back`
        }
        flush
      >
        {loud.length === 0 ? (
          <Empty icon="check" title="Nothing is wrong that anybody told" />
        ) : (
          <ul className="divide-y divide-line">
            {loud.map((group) => (
              <GroupRow key={group.key} group={group} />
            ))}
          </ul>
        )}
        <Left shown={loud.length} all={data.loud} />
      </Card>
      {data.muted > 0 && (
        <Held data={data} quiet={quiet}>
          <Left shown={quiet.length} all={data.quiet} />
        </Held>
      )}
      {data.silences.length > 0 && <Silences silences={data.silences} />}
    </>
  );
}

/** What is wrong now, by cause: what pages first, then what is held back and why. */
export function NowView(): ReactNode {
  const { data, error, retry } = useLive<AlertsNow>("alerts.now");
  return (
    <>
      <PageHead title="Alerts" says="What is wrong now, gathered by cause.">
        <Views />
      </PageHead>
      <div className="grid gap-6">
        {error && <ProblemView error={error} retry={retry} />}
        {!data && !error && <Loading what="the alerts" />}
        {data && <Now data={data} />}
      </div>
    </>
  );
}
