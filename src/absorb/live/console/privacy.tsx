import type { ReactNode } from "react";
import { amount, Card, Confirm, longSpan, say, time, useMay, useNow, useSend } from "#console";
import type { ShowNow } from "../contract.ts";

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
          each count is off by chance, which is drawn once, so looking again tells nothing new.
        </p>
        <Ahead tables={budget.tables} />
        <p className="text-muted">
          Until the erasure Castor counts exactly, by group, on its own disks. Not covered: the
          stage while answers come (rough shares of large groups), what players see of themselves,
          and finalists, who are numbers until they say who they are.
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
              How many took each choice, the ranking and what is published stay. Nobody can say any
              more who answered what, or how a group answered: publish first what is to be split by
              group.
            </Confirm>
          )}
        </Erasure>
      </div>
    </Card>
  );
}

const said = (by: readonly string[]): string => (by.length === 0 ? "Everybody" : by.join(" and "));

/** What each publication will tell, before it is paid for: reckoned from the configuration, not from what was answered. */
function Ahead({ tables }: { tables: ShowNow["budget"]["tables"] }): ReactNode {
  const isSplit = tables.length > 1;
  return (
    <div className="grid gap-1.5">
      <table className="w-full text-left">
        <thead className="text-xs text-faint">
          <tr>
            <th className="py-1 font-normal">Published of</th>
            <th className="py-1 text-right font-normal">Off by at most*</th>
            <th className="py-1 text-right font-normal">Counts that show**</th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {tables.map(({ by, error95, counts, expectedShown, threshold }) => (
            <tr key={by.join("+")} className="border-t border-line">
              <td className="py-1">{said(by)}</td>
              <td className="py-1 text-right">{amount(error95)}</td>
              <td className="py-1 text-right">
                {threshold === 0 ? "all" : `${amount(expectedShown)} of ${amount(counts)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-xs text-faint">
        * In 95 of 100 cases. ** As the plan expects answers, spread evenly, before anything is
        counted or paid.{" "}
        {isSplit && "Counts that come out small are hidden. Fewer splits (splitBy) are less noisy."}
      </p>
      {tables
        .filter(({ expectedShown }) => expectedShown === 0)
        .map(({ by, answersNeeded }) => (
          <p key={by.join("+")} className="text-warn">
            By {said(by)} nothing is expected to show: that takes about {amount(answersNeeded)}{" "}
            answers, spread evenly.
          </p>
        ))}
    </div>
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
      ? `Who answered what, and how fast, was erased ${time(erasedAt, now)}: every node looked for it and found nothing. How many took each choice, and finalists' numbers, stay.`
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
