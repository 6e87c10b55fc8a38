import type { ReactNode } from "react";
import {
  type AlertsRules,
  amount,
  Badge,
  Card,
  type Column,
  Empty,
  For,
  Link,
  Loading,
  PageHead,
  ProblemView,
  span,
  Table,
  useLive,
} from "#console";
import { Views } from "./views.tsx";

type Rule = AlertsRules["rules"][number];
type Objective = AlertsRules["objectives"][number];

const percent = (share: number): string => `${Number((share * 100).toFixed(3))} %`;

const State = ({ firing }: Pick<Rule, "firing">): ReactNode =>
  firing.length === 0 ? (
    <Badge tone="good">calm</Badge>
  ) : (
    <Badge tone="bad">
      {firing.length === 1 ? "fires" : `${firing.length} fire`} for{" "}
      <For since={Math.min(...firing.map(({ since }) => since))} />
    </Badge>
  );

const columns: readonly Column<Rule>[] = [
  {
    head: "Rule",
    cell: ({ name, says, firing }) => (
      <>
        <span className="font-medium">{name}</span>
        <br />
        <span className="text-muted">{firing[0]?.says ?? says}</span>
      </>
    ),
  },
  { head: "State", cell: (rule) => <State firing={rule.firing} /> },
  { head: "Severity", cell: ({ severity }) => severity, wideOnly: true },
  {
    head: "Held for",
    cell: ({ forMs }) => (forMs === 0 ? "at once" : span(forMs)),
    wideOnly: true,
  },
  {
    head: "Tests",
    cell: ({ tests }) => (tests === 0 ? "none" : amount(tests)),
    wideOnly: true,
    number: true,
  },
  {
    head: "Past",
    cell: ({ name }) => (
      <Link
        href={`/alerts?view=replay&change=${encodeURIComponent(`rules:\n  ${name}: null # or the rule as it should be`)}`}
        className="text-accent hover:underline"
      >
        Replay
      </Link>
    ),
  },
];

/** How much of the error budget is left, as a bar; overdrawn it is full and red. */
function Budget({ left }: { left: number }): ReactNode {
  const tone = left <= 0 ? "bg-bad-fill" : left < 0.25 ? "bg-warn-fill" : "bg-good-fill";
  const width = `${Math.min(100, Math.max(2, left * 100))}%`;
  return (
    <div className="h-2 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
      <div
        className={`h-full rounded-full ${tone}`}
        style={{ width: left <= 0 ? "100%" : width }}
      />
    </div>
  );
}

function ObjectiveCard({ of }: { of: Objective }): ReactNode {
  const { name, target, periodMs, slowerThan, valid, bad, budgetLeft, windows, firing } = of;
  const good = slowerThan === null ? "answered" : `answered within ${slowerThan} ms`;
  return (
    <Card title={name} aside={<State firing={firing} />}>
      <p className="text-sm text-muted">
        {percent(target)} of requests to {of.of} {good} over {span(periodMs)}
      </p>
      {budgetLeft === null ? (
        <p className="mt-3 text-sm text-faint">Nothing was counted yet.</p>
      ) : (
        <>
          <p className="mt-3 mb-1.5 flex items-baseline gap-2">
            <span className="text-xl font-semibold tracking-tight">
              {budgetLeft < 0 ? "overdrawn" : percent(Number(budgetLeft.toFixed(3)))}
            </span>
            <span className="text-xs text-faint">
              {budgetLeft < 0
                ? `${(1 - budgetLeft).toFixed(1)} times the budget is gone`
                : "of the budget is left"}
              : {amount(bad)} bad of {amount(valid)}
            </span>
          </p>
          <Budget left={budgetLeft} />
        </>
      )}
      <dl className="mt-4 grid grid-cols-3 gap-3 text-xs">
        {windows.map(({ longMs, burn, factor, severity }) => (
          <div key={longMs}>
            <dt className="text-faint">within {span(longMs)}</dt>
            <dd className={`text-sm font-medium ${burn > factor ? "text-bad" : ""}`}>
              {burn >= 10 ? Math.round(burn) : Number(burn.toFixed(1))}×
            </dd>
            <dd className="text-faint">
              {severity === "critical" ? "pages" : "ticket"} above {Number(factor.toFixed(1))}×
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** What of Castor's own numbers is looked at, and how it stands. */
export function RulesView(): ReactNode {
  const { data, error, retry } = useLive<AlertsRules>("alerts.rules");
  const isEmpty = data && data.rules.length + data.objectives.length === 0;
  return (
    <>
      <PageHead title="Rules" says="What is looked at in Castor's own numbers, and how it stands.">
        <Views />
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the rules" lines={6} />}
      {isEmpty && (
        <Card>
          <Empty icon="search" title="No rule and no objective yet">
            Write one under <code>alerts.rules</code> or <code>alerts.objectives</code> in
            castor.yaml, with tests that <code>castor alerts test</code> tries. Health checks,
            breakers, spikes of errors and the like are alerts without a rule.
          </Empty>
        </Card>
      )}
      {data && data.objectives.length > 0 && (
        <div className="mb-4 grid gap-4 lg:grid-cols-2">
          {data.objectives.map((of) => (
            <ObjectiveCard key={of.name} of={of} />
          ))}
        </div>
      )}
      {data && data.rules.length > 0 && (
        <Card title="Rules" hint="firing ones say what they see" flush>
          <Table
            label="Rules"
            rows={data.rules.toSorted((a, b) => b.firing.length - a.firing.length)}
            columns={columns}
            keyOf={({ name }) => name}
          />
        </Card>
      )}
    </>
  );
}
