import { type ReactNode, useState } from "react";
import {
  type AlertsNoise,
  amount,
  At,
  Badge,
  Card,
  type Column,
  count,
  Empty,
  Link,
  Loading,
  PageHead,
  ProblemView,
  Segments,
  share,
  Table,
  Tile,
  useAsk,
  usePlace,
} from "#console";
import { Days } from "./days.tsx";
import { LatestPages } from "./latest-pages.tsx";
import { Views } from "./views.tsx";

type Rule = AlertsNoise["rules"][number];

const columns: readonly Column<Rule>[] = [
  {
    head: "What pages",
    cell: ({ rule, because, path }) => (
      <>
        {path === null ? (
          <span className="line-clamp-2 font-medium wrap-anywhere">{rule}</span>
        ) : (
          <Link
            href={`/alerts?view=replay&change=${encodeURIComponent(replayOf(path, rule))}`}
            className="line-clamp-2 font-medium text-accent wrap-anywhere hover:underline"
          >
            {rule}
          </Link>
        )}
        {because[0] !== undefined && (
          <span className="block text-muted wrap-anywhere">noise because: {because[0]}</span>
        )}
      </>
    ),
  },
  { head: "Pages", cell: ({ pages }) => amount(pages), number: true },
  {
    head: "Off hours",
    cell: ({ times: { night, weekend } }) => amount(night + weekend),
    number: true,
  },
  {
    head: "Worth it",
    cell: ({ useful, noise }) =>
      useful + noise === 0 ? (
        <span className="whitespace-nowrap text-faint">not judged</span>
      ) : (
        <span className="whitespace-nowrap">{share(useful / (useful + noise))}</span>
      ),
    number: true,
  },
  {
    head: "Over by itself",
    cell: ({ shortLived }) => (shortLived === 0 ? "–" : amount(shortLived)),
    number: true,
    wideOnly: true,
  },
];

const replayOf = (path: string, rule: string): string =>
  `${path.split(".")[1] ?? "rules"}:\n  ${rule}: null # or the rule as it should be`;

function Figures({ data }: { data: AlertsNoise }): ReactNode {
  const { times, actionable, useful, noise, unjudged, shifts, budgetPerShift } = data;
  const asleep = times.night + times.weekend;
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile label="Interruptions" value={amount(data.pages)} says="once for each page" />
      <Tile
        label="At night and on days off"
        value={<span className={asleep > 0 ? "text-bad" : ""}>{amount(asleep)}</span>}
        says={`${amount(times.work)} at work, ${amount(times.evening)} around it`}
      />
      <Tile
        label="Worth it"
        value={actionable === null ? "–" : share(actionable)}
        says={`${amount(useful)} useful, ${amount(noise)} noise, ${amount(unjudged)} not judged`}
      />
      <Tile
        label={`Shifts over ${budgetPerShift}`}
        value={<span className={shifts.over > 0 ? "text-bad" : ""}>{amount(shifts.over)}</span>}
        says={`of ${count(shifts.all, "shift")}`}
      />
    </dl>
  );
}

const Shifts = ({ data }: { data: AlertsNoise }): ReactNode => (
  <Card
    title="Shifts that were too much"
    hint={`more than ${count(data.budgetPerShift, "page")}: each costs hours with what follows`}
  >
    <ul className="space-y-1.5 text-sm">
      {data.shifts.worst.slice(0, 5).map(({ from, pages }) => (
        <li key={from} className="flex items-baseline justify-between gap-3">
          <span>
            from <At at={from} />
          </span>
          <Badge tone="bad">{count(pages, "page")}</Badge>
        </li>
      ))}
    </ul>
  </Card>
);

/** The rule that somebody came for: what it cost, what was said of it, and how to try it otherwise. */
function OneRule({ name, data }: { name: string; data: AlertsNoise }): ReactNode {
  const rule = data.rules.find((each) => each.rule === name);
  const nights = rule === undefined ? 0 : rule.times.night + rule.times.weekend;
  return (
    <Card title={name} hint={rule === undefined ? "no page in this time" : undefined}>
      {rule === undefined ? (
        <p className="text-sm text-muted">It interrupted nobody in these days.</p>
      ) : (
        <div className="grid gap-3">
          <p className="text-sm text-muted">
            {count(rule.pages, "page")}, {amount(nights)} at night or on days off;{" "}
            {amount(rule.noise)} were noise, {amount(rule.useful)} worth it.
          </p>
          {rule.because.length > 0 && (
            <ul className="list-disc space-y-1 pl-5 text-sm">
              {rule.because.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          )}
          <p className="text-sm">
            {rule.path === null ? (
              <>
                Another tool sends it.{" "}
                <Link href="/alerts?view=replay" className="text-accent hover:underline">
                  Try another grouping, or an inhibition, on the past
                </Link>
              </>
            ) : (
              <Link
                href={`/alerts?view=replay&change=${encodeURIComponent(replayOf(rule.path, rule.rule))}`}
                className="text-accent hover:underline"
              >
                Try it otherwise on the past
              </Link>
            )}
          </p>
        </div>
      )}
    </Card>
  );
}

/** Interruptions by when they came and by what brought them, and which of them were worth it. */
export function NoiseView(): ReactNode {
  const [days, setDays] = useState("7");
  const one = usePlace().search.get("rule");
  const { data, error, retry } = useAsk<AlertsNoise>("alerts.noise", { days });
  const ofOne = data?.latest.filter(({ rule }) => rule === one) ?? [];
  return (
    <>
      <PageHead
        title="Noise"
        says="How often people were interrupted, when, by what, and whether it was worth it."
      >
        <Segments
          label="How far back"
          value={days}
          options={[
            ["7", "7 days"],
            ["30", "30 days"],
            ["90", "90 days"],
          ]}
          onPick={setDays}
        />
        <Views />
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the report" lines={6} />}
      {data && data.pages === 0 && (
        <Card>
          <Empty icon="moon" title="Nobody was interrupted">
            Pages of these {days} days are listed here, with what they were worth.
          </Empty>
        </Card>
      )}
      {data && data.pages > 0 && (
        <div className="grid gap-4">
          {one !== null && <OneRule name={one} data={data} />}
          {ofOne.length > 0 && <LatestPages pages={ofOne} onJudged={retry} />}
          <Figures data={data} />
          <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
            <Days data={data} />
            {data.shifts.over > 0 && <Shifts data={data} />}
          </div>
          <Card title="By rule" hint="a rule of Castor's opens in the replay" flush>
            <Table
              label="Pages by rule"
              rows={data.rules}
              columns={columns}
              keyOf={({ rule }) => rule}
            />
          </Card>
          {one === null && <LatestPages pages={data.latest} onJudged={retry} />}
        </div>
      )}
    </>
  );
}
