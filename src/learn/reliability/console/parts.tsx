import type { ReactNode } from "react";
import { Card, Link, type Reliability, share } from "#console";

type Part = Reliability["services"][number];

/** How many of each as bars, with a mark for the period before. */
export function Parts({
  title,
  hint,
  parts,
  wordOf = (name) => name,
}: {
  title: string;
  hint?: string;
  parts: readonly Part[];
  wordOf?: (name: string) => string;
}): ReactNode {
  const most = Math.max(1, ...parts.flatMap(({ now, before }) => [now, before]));
  const wide = (n: number): string => `${(n / most) * 100}%`;
  return (
    <Card title={title} hint={hint}>
      {parts.length === 0 && <p className="text-sm text-muted">None.</p>}
      <ul className="grid gap-2.5">
        {parts.slice(0, 8).map(({ name, now, before }) => (
          <li key={name} className="text-sm">
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 truncate">{wordOf(name)}</span>
              <span className="font-semibold tabular-nums">{now}</span>
              <span className="w-20 text-right text-xs whitespace-nowrap text-muted tabular-nums">
                before: {before}
              </span>
            </span>
            <span className="relative mt-1 block h-1.5 rounded-full bg-sunken" aria-hidden="true">
              <span
                className="absolute inset-y-0 left-0 rounded-full bg-accent"
                style={{ width: wide(now) }}
              />
              <span
                className="absolute -inset-y-0.5 w-0.5 bg-faint"
                style={{ left: `calc(${wide(before)} - 1px)` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What is left of each objective's error budget. */
export const Budgets = ({ budgets }: Pick<Reliability, "budgets">): ReactNode => (
  <Card title="Error budget" hint="now, over each objective's own period">
    {budgets.length === 0 && (
      <p className="text-sm text-muted">
        No objective is set: add one under <code className="font-mono">alerts.objectives</code>.
      </p>
    )}
    <ul className="grid gap-3">
      {budgets.map(({ objective, of, target, periodMs, left }) => (
        <li key={objective} className="text-sm">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-medium">{objective}</span>
            <span
              className={`font-semibold tabular-nums ${left !== null && left < 0 ? "text-bad" : ""}`}
            >
              {left === null
                ? "–"
                : left < 0
                  ? `overdrawn by ${share(-left)}`
                  : `${share(left)} left`}
            </span>
          </span>
          <span className="block text-xs text-muted">
            {Number((target * 100).toPrecision(6))} % of {of} over{" "}
            {Math.round(periodMs / 86_400_000)} days
          </span>
          <span
            className="mt-1 block h-1.5 overflow-hidden rounded-full bg-sunken"
            aria-hidden="true"
          >
            <span
              className={`block h-full ${left !== null && left < 0.25 ? "bg-bad-fill" : "bg-good-fill"}`}
              style={{ width: `${Math.max(0, Math.min(1, left ?? 0)) * 100}%` }}
            />
          </span>
        </li>
      ))}
    </ul>
  </Card>
);

const Fact = ({ n, says, bad = false }: { n: number; says: string; bad?: boolean }): ReactNode => (
  <li className="flex items-baseline gap-3 text-sm">
    <span className={`w-8 text-right font-semibold tabular-nums ${bad && n > 0 ? "text-bad" : ""}`}>
      {n}
    </span>
    <span className="text-muted">{says}</span>
  </li>
);

/** Whether what happened was written down in time, and what was to be done was done. */
export const Review = ({ review, again }: Pick<Reliability, "review" | "again">): ReactNode => {
  const { over, onTime, late, overdue, waiting, none, actions } = review;
  return (
    <Card title="What was learnt" hint={`of ${over} that are over`}>
      <div className="grid gap-4 sm:grid-cols-2">
        <div>
          <h3 className="mb-1 text-xs font-semibold text-muted">Post-mortems</h3>
          <ul className="grid gap-1">
            <Fact n={onTime} says="published in time" />
            <Fact n={late} says="published late" />
            <Fact n={overdue} says="overdue" bad />
            <Fact n={waiting} says="being written" />
            <Fact n={none} says="without one" />
          </ul>
        </div>
        <div>
          <h3 className="mb-1 text-xs font-semibold text-muted">Actions</h3>
          <ul className="grid gap-1">
            <Fact n={actions.done} says="done" />
            <Fact n={actions.doneLate} says="done late" />
            <Fact n={actions.overdue} says="overdue" bad />
            <Fact n={actions.open} says="open" />
            <Fact n={actions.dropped} says="dropped" />
          </ul>
        </div>
      </div>
      <h3 className="mt-4 mb-1 text-xs font-semibold text-muted">It happened again</h3>
      {again.length === 0 && (
        <p className="text-sm text-muted">Nothing that had happened before.</p>
      )}
      <ul className="grid gap-1 text-sm">
        {again.map(({ incident, title, of }) => (
          <li key={`${incident} ${of}`}>
            <Link href={`/incidents?incident=${incident}`} className="font-medium hover:underline">
              {incident}: {title}
            </Link>
            <span className="text-muted"> as {of} before it</span>
          </li>
        ))}
      </ul>
    </Card>
  );
};
