import type { ReactNode } from "react";
import { amount, Card, count, fullTime, Link, Markdown, share, span, Tile, Tiles } from "#console";
import { criterionWords } from "../contract.ts";
import { Score } from "./exam.tsx";
import { GraphView } from "./graph.tsx";
import { isOpen, length, pageOf, type Whole } from "./words.ts";

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")}`;

function Figures({ pm }: { pm: Whole }): ReactNode {
  const { lengths, impact, budget, times } = pm;
  const [requests, failed] = [0, 1].map((i) =>
    impact.services.reduce((sum, each) => sum + (i === 0 ? each.requests : each.failed), 0),
  );
  const people = impact.services.reduce((most, { visitors }) => Math.max(most, visitors ?? 0), 0);
  return (
    <div className="mb-5 print:break-inside-avoid">
      <Tiles>
        <Tile
          label="Began (UTC)"
          value={utc(times.started).slice(11)}
          says={utc(times.started).slice(0, 10)}
        />
        <Tile label="Noticed after" value={length(lengths.detect)} says="detect" />
        <Tile label="Taken after" value={length(lengths.acknowledge)} says="acknowledge" />
        <Tile label="Harm lasted" value={length(lengths.mitigate)} says="mitigate" />
        <Tile label="Over after" value={length(lengths.resolve)} says="resolve" />
        <Tile
          label="Requests failed"
          value={requests ? share((failed ?? 0) / requests) : "–"}
          says={requests ? `${amount(failed ?? 0)} of ${amount(requests)}` : "none was counted"}
        />
      </Tiles>
      <p className="mt-2 text-sm text-muted empty:hidden">
        {people > 0 && `${count(people, "person", "people")} came while it lasted. `}
        {budget !== null &&
          `It took ${budget.burnt > 10 ? `${amount(budget.burnt)} times` : `${share(budget.burnt)} of`} what the objective of ${Number((budget.objective * 100).toFixed(3))} % allows to fail in 30 days.`}
      </p>
    </div>
  );
}

const changedShown = 6;
const Changed = ({ pm }: { pm: Whole }): ReactNode => {
  const changes = pm.rows.filter(({ isChange, at }) => isChange && at <= pm.times.detected);
  if (changes.length === 0) return null;
  return (
    <Card title="What changed before" className="mb-5 print:break-inside-avoid">
      <ul className="grid gap-1.5 text-sm">
        {changes
          .slice(-changedShown)
          .toReversed()
          .map((row) => (
            <li key={row.position}>
              <span className="text-muted tabular-nums">
                {span(Math.max(0, pm.times.started - row.at))} before
              </span>{" "}
              {row.says}
            </li>
          ))}
      </ul>
    </Card>
  );
};

const Timeline = ({ pm }: { pm: Whole }): ReactNode => {
  const shown = pm.rows.filter(({ isShown }) => isShown);
  if (shown.length === 0) return null;
  return (
    <Card title="Timeline" hint="UTC, from the log" className="mb-5">
      <ol className="grid gap-2 text-sm">
        {shown.map((row) => (
          <li key={row.position} className="flex gap-4">
            <span className="w-16 shrink-0 text-muted tabular-nums" title={fullTime(row.at)}>
              {pm.origin ? (
                utc(row.at).slice(11)
              ) : (
                <Link href={row.link} className="hover:underline">
                  {new Date(row.at).toISOString().slice(11, 19)}
                </Link>
              )}
            </span>
            <span className="min-w-0 break-words">
              {row.says}
              {row.annotation !== undefined && (
                <span className="block border-l-2 border-accent pl-2">{row.annotation}</span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
};

const ExamShort = ({ pm }: { pm: Whole }): ReactNode => (
  <Card title="The exam" className="mb-5 print:break-inside-avoid">
    <ul className="grid gap-3 text-sm">
      {pm.exam.map(({ criterion, score, found, answer }) => (
        <li key={criterion} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <span className="w-36 shrink-0 font-medium">{criterionWords[criterion].title}</span>
          <Score score={score} />
          <span className="min-w-0 flex-1 basis-72 text-muted">
            {answer === null || answer.says === "" ? found.says : answer.says}
          </span>
        </li>
      ))}
    </ul>
  </Card>
);

const ActionsShort = ({ pm }: { pm: Whole }): ReactNode =>
  pm.actions.length === 0 ? null : (
    <Card title="Actions">
      <ul className="grid gap-2 text-sm">
        {pm.actions.map(({ action, says, kind, state, release }) => (
          <li key={action} className="flex gap-3">
            <span className="w-8 shrink-0 text-muted">{action}</span>
            <span className={`min-w-0 flex-1 ${state === "dropped" ? "line-through" : ""}`}>
              {says} <span className="text-muted">({kind})</span>
            </span>
            <span className="text-muted">
              {state === "done" && release !== undefined ? `live in ${release}` : state}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );

/** The whole post-mortem from top to bottom, for readers and for paper. */
export function Read({ pm }: { pm: Whole }): ReactNode {
  const written = pm.sections.filter(({ text }) => text.trim() !== "");
  const empty = pm.sections.length - written.length;
  const [first, ...others] = written;
  const card = (section: Whole["sections"][number]): ReactNode => (
    <Card key={section.id} title={section.title} className="mb-5 print:break-inside-avoid">
      <div className="text-base">
        <Markdown text={section.text} />
      </div>
    </Card>
  );
  return (
    <article className="mx-auto max-w-4xl">
      <Figures pm={pm} />
      {first && card(first)}
      <Changed pm={pm} />
      {pm.graph.factors.length > 0 && (
        <Card title="How it came about" className="mb-5 print:break-inside-avoid">
          <GraphView graph={pm.graph} />
        </Card>
      )}
      {others.map(card)}
      {empty > 0 && isOpen(pm) && (
        <p className="mb-5 text-sm text-muted print:hidden">
          {empty} of {pm.sections.length} sections are empty.{" "}
          <Link href={pageOf(pm.postMortem, "write")} className="underline">
            Write on
          </Link>
        </p>
      )}
      <Timeline pm={pm} />
      <ExamShort pm={pm} />
      <ActionsShort pm={pm} />
    </article>
  );
}
