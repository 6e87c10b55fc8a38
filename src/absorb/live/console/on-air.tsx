import type { ReactNode } from "react";
import {
  amount,
  Badge,
  Card,
  count,
  duration,
  Loading,
  ProblemView,
  share,
  Tile,
  Tiles,
  useLive,
} from "#console";
import type { OnAir, QuestionNow, ShowNow } from "../contract.ts";
import { Arrival } from "./arrival.tsx";
import { SaturationCard } from "./saturation.tsx";

const most = (values: readonly number[]): number => Math.max(0, ...values);
const sumOf = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((all, each) => all + each, 0);

/** How even the last reveal was: keys leave before it, and each phone shows the question by the node's clock. */
function RevealTile({ now: { nodes } }: { now: OnAir }): ReactNode {
  const strains = nodes.flatMap(({ strain }) => strain ?? []);
  const spare = strains.flatMap(({ keySpareMs }) => keySpareMs ?? []);
  const within = strains.flatMap(({ clockWithinMs }) => clockWithinMs ?? []);
  const least = Math.min(...spare);
  const came = `keys ${duration(Math.abs(least))} ${least < 0 ? "late" : "ahead"}`;
  return (
    <Tile
      label="Shown within"
      value={within.length === 0 ? "–" : `±${duration(most(within))}`}
      says={spare.length === 0 ? "nothing revealed yet" : came}
    />
  );
}

function Figures({ now }: { now: OnAir }): ReactNode {
  const refused = Object.entries(now.refused).toSorted(([, a], [, b]) => b - a);
  const [worst] = refused;
  return (
    <Tiles>
      <Tile
        label="Connected"
        value={amount(now.connections)}
        says={count(now.nodes.length, "node")}
      />
      <Tile
        label="Answers a second"
        value={amount(now.nodes.reduce((sum, { perSecond }) => sum + perSecond, 0))}
        says={`${amount(now.recorded)} counted`}
      />
      <Tile
        label="Acknowledged after"
        value={duration(most(now.nodes.map(({ ackMsP50 }) => ackMsP50)))}
        says={`99 % within ${duration(most(now.nodes.map(({ ackMsP99 }) => ackMsP99)))}`}
      />
      <Tile
        label="Told to all within"
        value={duration(most(now.nodes.map(({ fanOutMs }) => fanOutMs)))}
        says="the last client"
      />
      <RevealTile now={now} />
      <Tile
        label="Refused"
        value={amount(sumOf(now.refused))}
        says={worst ? `most: ${worst[0]}` : `${amount(now.repeated)} came again`}
      />
    </Tiles>
  );
}

const Meter = ({ label, value }: { label: string; value: number }): ReactNode => (
  <li className="grid gap-1">
    <div className="flex justify-between gap-3 text-sm">
      <span className="min-w-0 break-words" dir="auto">
        {label}
      </span>
      <span className="whitespace-nowrap tabular-nums text-muted">{share(value)}</span>
    </div>
    <svg
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      className="h-2 w-full overflow-hidden rounded-full"
      role="img"
      aria-label={`${label}: ${share(value)}`}
    >
      <rect width={100} height={4} className="fill-sunken" />
      <rect width={Math.min(100, value * 100)} height={4} className="fill-accent" />
    </svg>
  </li>
);

/** Exact counts of the question that is on; what is published has noise. */
function Counts({
  counts,
  question,
}: {
  counts: readonly number[];
  question: QuestionNow;
}): ReactNode {
  const all = counts.reduce((sum, each) => sum + each, 0);
  return (
    <ul className="grid gap-3">
      {question.choices.map((choice, at) => (
        <Meter
          key={choice}
          label={`${choice}${question.right === at ? " ✓" : ""} · ${amount(counts[at] ?? 0)}`}
          value={all === 0 ? 0 : (counts[at] ?? 0) / all}
        />
      ))}
    </ul>
  );
}

const listed = new Intl.ListFormat("en-GB");

/** How a show goes, in figures that its nodes told within the last second. */
export function OnAirFigures({ show }: { show: ShowNow }): ReactNode {
  const { data: now, error, retry } = useLive<OnAir>("live.on-air", { show: show.show });
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!now) return <Loading what="how it goes" lines={2} />;
  const broken = now.nodes.find((each) => each.broken !== null);
  const away = now.nodes.filter(({ isAway }) => isAway);
  return (
    <div className="grid gap-4">
      {broken && (
        <p role="alert" className="rounded-md bg-bad-soft p-3 text-sm text-bad">
          Node {broken.node} acknowledges nothing: {broken.broken}. What was acknowledged is safe.
          Once a full disk has room again, it goes on by itself; on a disk that failed nothing does.
        </p>
      )}
      {away.length > 0 && (
        <p role="alert" className="rounded-md bg-warn-soft p-3 text-sm text-warn">
          {away.length === 1 ? "Node" : "Nodes"} {listed.format(away.map(({ node }) => `${node}`))}{" "}
          {away.length === 1 ? "is" : "are"} away: participants there cannot answer until{" "}
          {away.length === 1 ? "it is" : "they are"} back. Nodes are started again by themselves,
          and have everything that they acknowledged.
        </p>
      )}
      {now.lost.map(({ node, at, answers }) => (
        <p key={at} role="alert" className="rounded-md bg-warn-soft p-3 text-sm text-warn">
          Node {node} lost its disk and began anew. The {amount(answers)} answers it had told of
          stay in the counts, but in no ranking; who gave them may answer an open question again,
          and nobody joins there any more.
        </p>
      ))}
      {now.nodes.length === 0 && (
        <p className="text-sm text-muted">No node has told anything yet; they start in a moment.</p>
      )}
      <Figures now={now} />
    </div>
  );
}

/** The curve of the question that is on, what fills up first, and what was counted. */
export function OnAirCharts({ show }: { show: ShowNow }): ReactNode {
  const { data: now } = useLive<OnAir>("live.on-air", { show: show.show });
  if (!now) return null;
  const question = show.questions.find(({ id }) => id === now.question?.id);
  return (
    <>
      <Card
        title="Answers a second"
        hint={question ? `since the reveal of ${question.id}` : "of the question that is on"}
      >
        {now.question ? (
          <Arrival question={now.question} />
        ) : (
          <p className="text-sm text-muted">Arm a question: its answers show here.</p>
        )}
      </Card>
      {now.question && question && (
        <Card title="Counted" aside={<Badge tone="none">exact, for you only</Badge>}>
          <Counts counts={now.question.counts} question={question} />
        </Card>
      )}
      <SaturationCard now={now} show={show} />
    </>
  );
}
