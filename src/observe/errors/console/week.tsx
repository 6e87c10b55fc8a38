import type { ReactNode } from "react";
import { Ago, amount, Card, type ErrorReport, Icon, useAsk } from "#console";
import { Sparkline } from "./sparkline.tsx";

/** What the report says first: did errors fall? */
export function trendOf({ events, before }: ErrorReport["errors"]): string {
  if (before === 0) return events === 0 ? "No errors" : `${amount(events)} errors, none before`;
  const change = Math.round(((events - before) / before) * 100);
  return change === 0
    ? "Errors stayed as they were"
    : `Errors ${change < 0 ? "fell" : "rose"} by ${amount(Math.abs(change))} %`;
}

/** The last seven days against the seven before, and the trend of twelve weeks. */
export function WeekCard(): ReactNode {
  const { data } = useAsk<ErrorReport>("errors.report");
  if (!data || data.weeks.every(({ events }) => events === 0)) return null;
  const { errors, inbox, decided, lastTriage } = data;
  const decisions = decided.reduce((sum, each) => sum + each.decisions, 0);
  const fell = errors.events <= errors.before;
  return (
    <Card className="mb-4">
      <div className="grid items-center gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-[auto_1fr_1fr_10rem]">
        <p
          className={`inline-flex items-center gap-2 font-semibold ${fell ? "text-good" : "text-bad"}`}
        >
          <Icon name={fell ? "check" : "warning"} /> {trendOf(errors)}
        </p>
        <p className="text-sm text-muted">
          {amount(errors.events)} events in seven days, {amount(errors.before)} in the seven before
        </p>
        <p className="text-sm text-muted">
          Inbox at <b className="font-semibold text-ink">{amount(inbox.now)}</b>:{" "}
          {amount(inbox.came)} came, {amount(inbox.left)} left, {amount(decisions)} decisions.{" "}
          {lastTriage && (
            <>
              Triaged <Ago at={lastTriage.at} />
            </>
          )}
        </p>
        <Sparkline counts={data.weeks.map(({ events }) => events)} label="Events by week" />
      </div>
    </Card>
  );
}
