import { type ReactNode, useState } from "react";
import {
  amount,
  Button,
  Card,
  type Column,
  Dialog,
  Loading,
  ProblemView,
  share,
  span,
  Table,
  time,
  useAsk,
  useNow,
} from "#console";
import { type PlanNow, planResourceWords } from "../contract.ts";

type Estimate = PlanNow["estimates"][number];
const [width, height] = [600, 120];
const need =
  (name: string) =>
  ({ needs }: Estimate) =>
    needs[name] ?? 0;

const columns: Column<Estimate>[] = [
  { head: "If it goes", cell: ({ scenario }) => <b>{scenario}</b> },
  { head: "Connected", number: true, cell: (each) => amount(need("connections")(each)) },
  {
    head: "Answers a question",
    number: true,
    cell: (each) => amount(need("answersPerQuestion")(each)),
    wideOnly: true,
  },
  {
    head: "Busiest second",
    number: true,
    cell: (each) => `${amount(need("peakPerSecond")(each))} (${share(need("busiestShare")(each))})`,
  },
  {
    head: "Memory",
    number: true,
    cell: (each) => `${amount(need("memoryGb")(each))} GB`,
    wideOnly: true,
  },
  { head: "Machines", number: true, cell: ({ machines }) => machines.on },
  {
    head: "Runs out first",
    cell: ({ saturatesFirst }) => planResourceWords[saturatesFirst] ?? saturatesFirst,
  },
  {
    head: "Always on",
    number: true,
    cell: ({ prices }) => amount(prices.alwaysOn),
    wideOnly: true,
  },
  { head: "For the show", number: true, cell: ({ prices }) => amount(prices.showOnly) },
  {
    head: "Per question",
    number: true,
    cell: ({ prices }) => amount(prices.perSpike),
    wideOnly: true,
  },
];

const stepsOf = (values: readonly number[], most: number): string => {
  const wide = width / Math.max(1, values.length);
  const y = (value: number): string => (height - (value / most) * (height - 10)).toFixed(1);
  return values
    .map(
      (value, at) =>
        `${at === 0 ? "M" : "L"}${(at * wide).toFixed(1)} ${y(value)}H${((at + 1) * wide).toFixed(1)}`,
    )
    .join("");
};

/** Machines over the show, if it goes high: up for all of it, or for each question only. */
function Machines({ estimate }: { estimate: Estimate }): ReactNode {
  const { minutes } = estimate;
  const most = Math.max(1, ...minutes.map(({ showOnly }) => showOnly));
  const said = `Machines from ${minutes[0]?.minute ?? 0} to ${minutes.at(-1)?.minute ?? 0} minutes: ${most} for the whole show, or between ${estimate.machines.between} and ${estimate.machines.on} for each question`;
  return (
    <figure className="grid gap-1 px-5 pb-1 max-sm:px-4">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={said}
        preserveAspectRatio="none"
        className="h-28 w-full"
      >
        <path
          d={`${stepsOf(
            minutes.map((each) => each.perSpike),
            most,
          )}V${height}H0Z`}
          className="fill-accent-soft"
        />
        <path
          d={stepsOf(
            minutes.map((each) => each.showOnly),
            most,
          )}
          className="fill-none stroke-accent"
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption className="flex justify-between text-xs text-muted">
        <span>{span(-(minutes[0]?.minute ?? 0) * 60_000)} before the first question</span>
        <span>line: up for the show ({most}) · area: for each question</span>
      </figcaption>
    </figure>
  );
}

function Schedules({ plan }: { plan: PlanNow }): ReactNode {
  const [shown, setShown] = useState<string>();
  const texts = plan.schedules.flatMap(({ way, keda, aws }) => [
    { name: `KEDA, ${way}`, text: keda },
    { name: `AWS, ${way}`, text: aws },
  ]);
  return (
    <div className="flex flex-wrap items-center gap-2 px-5 pb-4 max-sm:px-4">
      <span className="text-sm text-muted">Schedules:</span>
      {texts.map(({ name }) => (
        <Button key={name} kind="quiet" onClick={() => setShown(name)}>
          {name}
        </Button>
      ))}
      <Dialog open={shown !== undefined} title={shown ?? ""} onClose={() => setShown(undefined)}>
        <pre
          tabIndex={0}
          aria-label={shown}
          role="region"
          className="max-h-[60vh] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
        >
          {texts.find(({ name }) => name === shown)?.text}
        </pre>
      </Dialog>
    </div>
  );
}

const reckoned: Record<PlanNow["reckonedWith"][number]["what"], [name: string, unit: string]> = {
  answerUs: ["an answer", "µs"],
  plainConnectUs: ["a connection", "µs"],
  handshakeUs: ["a TLS handshake", "µs"],
  sendUs: ["telling one of many", "µs"],
  connectionKb: ["memory of a connection", "kB"],
  tlsKb: ["of its TLS", "kB"],
};

/** Which figures were measured, and which are guesses that `castor live plan --measure` would replace. */
function ReckonedWith({ plan }: { plan: PlanNow }): ReactNode {
  const sources = Map.groupBy(plan.reckonedWith, ({ from }) => from);
  return (
    <dl className="grid gap-1 px-5 text-sm text-muted max-sm:px-4">
      {[...sources].map(([from, figures]) => (
        <div key={from} className="flex flex-wrap gap-x-3">
          <dt className={from === "assumed" ? "text-warn" : undefined}>{from}:</dt>
          {figures.map(({ what, value }) => (
            <dd key={what}>
              {reckoned[what][0]} {amount(value)} {reckoned[what][1]}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

/** What the show takes: guesses in castor.yaml and what an answer costs here, as machines, minutes and money. */
export function PlanPanel({ show }: { show: string }): ReactNode {
  const { data: plan, error } = useAsk<PlanNow>("live.plan", { show });
  const now = useNow();
  const high = plan?.estimates.at(-1);
  return (
    <Card
      title="What it takes"
      hint={
        plan && (plan.isDated ? `starts ${time(plan.startsAt, now)}` : "castor.yaml may say when")
      }
      flush
    >
      {error && <ProblemView error={error} />}
      {!plan && !error && <Loading what="the plan" lines={4} />}
      {plan && (
        <div className="mt-2 grid gap-4">
          <Table
            label="Three estimates"
            rows={plan.estimates}
            columns={columns}
            keyOf={({ scenario }) => scenario}
          />
          {plan.warnings.map((warning) => (
            <p
              key={warning}
              className="mx-5 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn max-sm:mx-4"
            >
              {warning}
            </p>
          ))}
          {high && <Machines estimate={high} />}
          <ReckonedWith plan={plan} />
          <Schedules plan={plan} />
        </div>
      )}
    </Card>
  );
}
