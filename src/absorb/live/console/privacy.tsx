import type { ReactNode } from "react";
import { amount, Card, Confirm, longSpan, say, time, useMay, useNow, useSend } from "#console";
import type { ShowNow } from "../contract.ts";

/** So many answers fill every count of a question up to what may be shown, were they spread evenly. */
const answersNeeded = ({ budget, groups, questions }: ShowNow): number =>
  budget.threshold * groups * Math.max(2, ...questions.map(({ choices }) => choices.length));

/** What is promised to the people in the counts, and what is not: in words that can be read out on stage. */
export function PrivacyCard({ show }: { show: ShowNow }): ReactNode {
  const { budget } = show;
  const now = useNow();
  const isAdmin = useMay("admin");
  const send = useSend();
  const spentShare = Math.min(1, budget.spent / budget.epsilonPerShow);
  const left = Math.floor(
    (budget.epsilonPerShow - budget.spent) / budget.epsilonPerQuestion + 1e-9,
  );
  return (
    <Card title="What people are promised">
      <div className="grid gap-3 text-sm">
        <p>
          From published results nobody learns whether one person took part, or what they answered:
          each count is off by chance, by at most {budget.error95} in 95 of 100 cases
          {budget.threshold > 0 && `, and counts below ${budget.threshold} are not shown`}. The
          chance is drawn once, so looking again tells nothing new.
        </p>
        {budget.threshold > 0 && show.groups > 1 && (
          <p className="text-muted">
            There are {amount(show.groups)} groups: with all of them alike, a question needs about{" "}
            {amount(answersNeeded(show))} answers before its results show.
          </p>
        )}
        <p className="text-muted">
          Not covered: the stage while answers come (rough shares of large groups), what players see
          of themselves, and finalists, who are numbers until they say who they are.
        </p>
        <div className="grid gap-1.5">
          <div className="flex justify-between gap-3">
            <span>Budget of the show (epsilon)</span>
            <span className="tabular-nums text-muted">
              {amount(budget.spent)} of {amount(budget.epsilonPerShow)}
            </span>
          </div>
          <svg
            viewBox="0 0 100 4"
            preserveAspectRatio="none"
            className="h-2 w-full overflow-hidden rounded-full"
            role="img"
            aria-label={`${amount(budget.spent)} of ${amount(budget.epsilonPerShow)} spent`}
          >
            <rect width={100} height={4} className="fill-sunken" />
            <rect width={spentShare * 100} height={4} className="fill-accent" />
          </svg>
          <p className="text-xs text-faint">
            Each publication costs {amount(budget.epsilonPerQuestion)}: {left} more fit. It cannot
            be raised once the doors are open.
          </p>
        </div>
        {show.questions.some(({ phase }) => phase === "published") && (
          <p className="flex gap-3">
            <span className="text-muted">Published results:</span>
            <ResultsPage show={show.show} />
            {(["csv", "json"] as const).map((format) => (
              <a
                key={format}
                className="text-accent hover:underline"
                href={`/api/live.export?show=${encodeURIComponent(show.show)}&format=${format}`}
              >
                {format.toUpperCase()}
              </a>
            ))}
          </p>
        )}
        {isAdmin && show.stage === "finished" && (
          <p className="flex gap-3">
            <span className="text-muted">Who answered what, while it is kept:</span>
            <a
              className="text-accent hover:underline"
              href={`/api/live.answers?show=${encodeURIComponent(show.show)}`}
            >
              CSV
            </a>
          </p>
        )}
        <Erasure show={show} now={now}>
          {isAdmin && show.stage === "finished" && (
            <Confirm
              what="Erase now"
              title="Erase who answered what?"
              onConfirm={async () => {
                await send("live.erase", { show: show.show });
                say("The nodes erase it; the log says when it is proven");
              }}
            >
              Counts and ranking stay. Nobody can say any more who answered what, and no disputed
              answer can be looked up.
            </Confirm>
          )}
        </Erasure>
      </div>
    </Card>
  );
}

/** The page that the audience reads; where it is, is known once it is asked for. */
function ResultsPage({ show }: { show: string }): ReactNode {
  const send = useSend();
  const mayOperate = useMay("operator");
  if (!mayOperate) return null;
  return (
    <button
      type="button"
      className="text-accent hover:underline"
      onClick={async () => {
        const { results } = (await send("live.links", { show })) as { results: string };
        globalThis.open(results, "_blank", "noreferrer");
      }}
    >
      Page
    </button>
  );
}

function Erasure({
  show,
  now,
  children,
}: {
  show: ShowNow;
  now: number;
  children: ReactNode;
}): ReactNode {
  const { endsAt, eraseAt, erasingAt, erasedAt, keepAnswersMs } = show;
  const says =
    erasedAt !== null
      ? `Who answered what, and how fast, was erased ${time(erasedAt, now)}: every node looked for it and found nothing. Counts and finalists' numbers stay.`
      : erasingAt !== null
        ? "Who answered what is being erased. The log says so when every node has looked; one that is away does it when it is back."
        : eraseAt !== null
          ? `Who answered what, and how fast, is erased ${eraseAt > now ? `in ${longSpan(eraseAt - now)}` : "once the finalists are found, within an hour at most"}.`
          : `Who answered what, and how fast, is erased ${longSpan(keepAnswersMs)} after the end of the show.${endsAt === null ? "" : ` If nobody ends it, it is over in ${longSpan(Math.max(0, endsAt - now))}.`}`;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-muted">{says}</p>
      {children}
    </div>
  );
}
