import type { ReactNode } from "react";
import {
  Card,
  Choice,
  count,
  date,
  Empty,
  Link,
  Loading,
  longSpan,
  PageHead,
  ProblemView,
  type Reliability,
  search,
  Segments,
  type Services,
  SpreadChart,
  Table,
  useAsk,
  usePlace,
} from "#console";
import { Budgets, Parts, Review } from "./console/parts.tsx";
import { tellingFrom } from "./contract.ts";

type Length = Reliability["lengths"][number];
const words: Readonly<Record<Length["name"], string>> = {
  detect: "Noticed after",
  acknowledge: "Taken after",
  mitigate: "Harm lasted",
  resolve: "Over after",
};
const initials: Readonly<Record<Length["name"], string>> = {
  ...{ detect: "MTTD", acknowledge: "MTTA", mitigate: "MTTM", resolve: "MTTR" },
};
const originWords: Readonly<Record<string, string>> = {
  ...{ person: "Somebody said so", alert: "An alert", error: "A spike of errors" },
  deploy: "A failed deploy",
};

/** With few values, no more is said than the values themselves. */
const isTelling = (spread: Length["now"]): spread is NonNullable<Length["now"]> =>
  spread !== null && spread.n >= tellingFrom;

/** How much longer or shorter the middle is; none drawn from a handful. */
function Changed({ now, before }: Length): ReactNode {
  if (before === null) return "none before";
  if (!isTelling(now) || !isTelling(before)) return `${longSpan(before.median)} (n ${before.n})`;
  const by = now.median / Math.max(1, before.median) - 1;
  const word = Math.abs(by) < 0.1 ? "as before" : by < 0 ? "shorter" : "longer";
  return `${longSpan(before.median)} (n ${before.n}), ${word}`;
}

const figure = (ms: number | undefined): string => (ms === undefined ? "–" : longSpan(ms));
const columns = [
  {
    head: "Length",
    cell: ({ name }: Length) => (
      <>
        {words[name]} <span className="text-xs text-muted">{initials[name]}</span>
      </>
    ),
  },
  { head: "n", number: true, cell: ({ now }: Length) => now?.n ?? 0 },
  { head: "Median", number: true, cell: ({ now }: Length) => <b>{figure(now?.median)}</b> },
  {
    head: "9 of 10 within",
    number: true,
    wideOnly: true,
    cell: ({ now }: Length) => (isTelling(now) ? longSpan(now.p90) : "–"),
  },
  { head: "Mean", number: true, wideOnly: true, cell: ({ now }: Length) => figure(now?.mean) },
  { head: "Longest", number: true, wideOnly: true, cell: ({ now }: Length) => figure(now?.max) },
  { head: "Median before", number: true, cell: (each: Length) => <Changed {...each} /> },
] as const;

const Lengths = ({ lengths }: Pick<Reliability, "lengths">): ReactNode => (
  <Card
    title="How long each part took"
    hint="every dot is an incident; hollow ones are of the period before"
    flush
  >
    <div className="px-5 pt-2 max-sm:px-4">
      <SpreadChart
        label="How long each part took"
        rows={lengths.map(({ name, now, each, eachBefore }) => ({
          label: words[name],
          values: each.map(({ incident, title, ms }) => ({ name: `${incident}: ${title}`, ms })),
          before: eachBefore,
          box: isTelling(now) ? now : undefined,
        }))}
      />
      <p className="py-2 text-xs text-muted">
        The box holds the middle half, the line is the median; both only from {tellingFrom} values
        on.
      </p>
    </div>
    <Table rows={lengths} columns={columns} keyOf={({ name }) => name} label="Lengths in numbers" />
  </Card>
);

const periods = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
] as const;

function Asked({ query }: { query: string }): ReactNode {
  const { search: at } = usePlace();
  const services = useAsk<Services>("catalog.services").data ?? [];
  const download = "text-sm text-accent underline";
  return (
    <div className="mb-5 flex flex-wrap items-end gap-3">
      <Segments
        label="Period"
        value={at.get("days") ?? "90"}
        options={periods}
        onPick={(days) => search({ days }, "replace")}
      />
      <Choice
        label="Service"
        value={at.get("service") ?? ""}
        onChange={(event) => search({ service: event.target.value }, "replace")}
        options={[["", "All services"], ...services.map(({ id }) => [id, id] as const)]}
        className="w-44"
      />
      <Choice
        label="Severity"
        value={at.get("severity") ?? ""}
        onChange={(event) => search({ severity: event.target.value }, "replace")}
        options={[
          ["", "All"],
          ...["sev1", "sev2", "sev3", "sev4"].map((each) => [each, each.toUpperCase()] as const),
        ]}
        className="w-32"
      />
      <p className="ml-auto flex min-h-10 items-center gap-4 max-sm:ml-0">
        <a className={download} href={`/api/reliability.table?${query}`} download>
          CSV
        </a>
        <a className={download} href={`/api/reliability.table?${query}&format=json`}>
          JSON
        </a>
      </p>
    </div>
  );
}

function Figures({ data }: { data: Reliability }): ReactNode {
  const { incidents, now, before } = data;
  if (incidents.now === 0 && incidents.before === 0)
    return (
      <Card>
        <Empty icon="check" title="No incident in this period, nor in the one before">
          Figures come from incidents that were declared.{" "}
          <Link href="/incidents" className="underline">
            To the incidents
          </Link>
        </Empty>
      </Card>
    );
  return (
    <div className="grid gap-5">
      <p className="text-sm text-muted" role="status">
        <b className="text-ink">{count(incidents.now, "incident")}</b> since {date(now.from)}
        {incidents.open > 0 && `, ${incidents.open} of them open`}; {incidents.before} in the same
        time before, since {date(before.from)}.
        {data.isCut && " There were more than are looked at: these are the newest."}
      </p>
      <Lengths lengths={data.lengths} />
      <div className="grid items-start gap-5 md:grid-cols-2 xl:grid-cols-3">
        <Parts title="By cause" hint="as the post-mortems say" parts={data.causes} />
        <Parts title="By service" parts={data.services} />
        <Parts title="By what changed" hint="in the hour before" parts={data.changes} />
        <Parts title="By severity" parts={data.severities} wordOf={(name) => name.toUpperCase()} />
        <Parts
          title="Who noticed"
          parts={data.origins}
          wordOf={(name) => originWords[name] ?? name}
        />
        <Budgets budgets={data.budgets} />
      </div>
      <Review review={data.review} again={data.again} />
    </div>
  );
}

/** How incidents went, over a period that one chooses, beside the one before. */
export function ReliabilityPage(): ReactNode {
  const { search: at } = usePlace();
  const input = {
    days: Number(at.get("days") ?? "90") || 90,
    ...{ service: at.get("service") ?? undefined, severity: at.get("severity") ?? undefined },
  };
  const { data, error, retry } = useAsk<Reliability>("reliability.show", input);
  const known = Object.entries(input).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return (
    <>
      <PageHead
        title="Reliability"
        says="How long it took to notice, to take, to end; what it was of; and whether it was learnt from. Made of the log, nobody keeps a list."
      />
      <Asked query={new URLSearchParams(known).toString()} />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the figures" lines={8} />}
      {data && <Figures data={data} />}
    </>
  );
}
