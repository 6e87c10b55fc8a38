import { type ReactNode, useState } from "react";
import {
  At,
  Card,
  Choice,
  copyText,
  Empty,
  type Incidents,
  Link,
  Loading,
  Markdown,
  ProblemView,
  type RunbookOne,
  type RunbookStep,
  search,
  type Services,
  useAsk,
  useLive,
  useMay,
  usePlace,
  useSend,
  useWho,
} from "#console";
import { Mistakes } from "./mistakes.tsx";
import { type Ran, StepCommand } from "./run.tsx";

type Book = NonNullable<RunbookOne["runbook"]>;
type Ticking = { isDone: boolean; tick: (done: boolean, ran?: Ran) => Promise<unknown> };

function StepRow({
  step,
  ticking,
  mayTick,
}: {
  step: RunbookStep;
  ticking: Ticking;
  mayTick: boolean;
}): ReactNode {
  const who = useWho();
  const { isDone, tick } = ticking;
  return (
    <li className={`rounded-lg border border-line p-4 ${isDone ? "bg-sunken" : "bg-surface"}`}>
      <label className="-m-2 flex min-h-11 cursor-pointer items-start gap-3 p-2">
        <input
          type="checkbox"
          className="mt-1 size-5 shrink-0"
          checked={isDone}
          disabled={!mayTick}
          onChange={() => void tick(!isDone)}
        />
        <span className="min-w-0 flex-1">
          <span className={`font-medium wrap-anywhere ${isDone ? "text-muted line-through" : ""}`}>
            <span className="mr-2 text-muted tabular-nums">{step.number}.</span>
            {plainWords(step.says)}
          </span>
          {step.done && (
            <span className="block text-xs text-muted">
              {who(step.done.by)}, <At at={step.done.at} />
            </span>
          )}
        </span>
      </label>
      {step.more !== "" && (
        <div className="mt-2 pl-8 text-sm max-sm:pl-0">
          <Markdown text={step.more} />
        </div>
      )}
      {step.command && (
        <div className="pl-8 max-sm:pl-0">
          <StepCommand
            command={step.command}
            says={plainWords(step.says)}
            onRan={(ran) => tick(true, ran)}
          />
        </div>
      )}
    </li>
  );
}

/** A step's line without the marks of Markdown. */
const plainWords = (text: string): string =>
  text.replaceAll(/\*\*|`/g, "").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");

/** For which trouble it is read: that fills in what the steps leave open, and says where ticks go. */
function About({ services }: { services: readonly string[] }): ReactNode {
  const { search: at } = usePlace();
  const open = useAsk<Incidents>("incidents.all", { open: true, limit: 50 }).data?.incidents ?? [];
  const every = useAsk<Services>("catalog.services").data ?? [];
  const [incident, service] = [at.get("incident") ?? "", at.get("service") ?? ""];
  const offered = services.length > 0 ? services : every.map(({ id }) => id);
  const named = new Set([...offered, ...(service === "" ? [] : [service])]);
  const isOther = incident !== "" && !open.some((each) => each.incident === incident);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Choice
        label="For which incident?"
        value={incident}
        onChange={(event) => search({ incident: event.target.value }, "replace")}
        options={[
          ["", open.length === 0 ? "None is open" : "None: just reading"],
          ...(isOther ? [[incident, incident] as const] : []),
          ...open.map(({ incident: id, title }) => [id, `${id}: ${title}`] as const),
        ]}
      />
      <Choice
        label="Which service?"
        value={service}
        onChange={(event) => search({ service: event.target.value }, "replace")}
        options={[
          ["", services.length === 1 ? `${services[0]} (of the incident)` : "Not chosen"],
          ...[...named].map((id) => [id, id] as const),
        ]}
      />
    </div>
  );
}

const Facts = ({ runbook: { services, alerts, labels, file } }: { runbook: Book }): ReactNode => {
  const parts = [
    ...(services.length > 0 ? [`for ${services.join(", ")}`] : []),
    ...(alerts.length > 0 ? [`alerts ${alerts.join(", ")}`] : []),
    ...Object.entries(labels).map((each) => each.join(" ")),
  ];
  return (
    <p className="mt-0.5 text-sm text-muted wrap-anywhere">
      {parts.length > 0 && `${parts.join(" · ")} · `}
      <button
        type="button"
        className="font-mono text-xs underline"
        onClick={() => void copyText(file)}
      >
        {file}
      </button>
    </p>
  );
};

/** One runbook: read from the top, ticked step by step. */
export function Reader({ name }: { name: string }): ReactNode {
  const { search: at } = usePlace();
  const mayTick = useMay("responder");
  const run = useSend("runbooks.show", "incidents.timeline", "runbooks.for");
  const [practised, setPractised] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<Error>();
  const incident = at.get("incident") ?? "";
  const { data, error, retry } = useLive<RunbookOne>("runbooks.show", {
    runbook: name,
    ...(incident ? { incident } : {}),
    ...{ service: at.get("service") ?? undefined, alert: at.get("alert") ?? undefined },
  });
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the runbook" lines={8} />;
  const { runbook } = data;
  if (!runbook)
    return (
      <Empty icon="steps" title={`There is no runbook ${name}`}>
        Its file may have been renamed.{" "}
        <Link href="/runbooks" className="underline">
          See all runbooks
        </Link>
      </Empty>
    );
  const tickingOf = ({ step, done }: RunbookStep): Ticking => {
    if (incident !== "")
      return {
        isDone: done !== null,
        tick: (isDone, ran) =>
          run("runbooks.tick", {
            incident,
            runbook: name,
            step,
            done: isDone,
            ...(ran ? { ran } : {}),
          })
            .then(() => setProblem(undefined))
            .catch((reason: unknown) => setProblem(reason as Error)),
      };
    const toggled = (isDone: boolean): ReadonlySet<string> => {
      const next = new Set(practised);
      if (isDone) next.add(step);
      else next.delete(step);
      return next;
    };
    return { isDone: practised.has(step), tick: async (isDone) => setPractised(toggled(isDone)) };
  };
  const steps = runbook.blocks.flatMap((each) => (each.kind === "step" ? [each.step] : []));
  const doneCount = steps.filter((each) => tickingOf(each).isDone).length;
  return (
    <>
      <header className="mb-5">
        <p className="flex flex-wrap gap-3 text-sm text-muted">
          <Link href="/runbooks" className="hover:underline">
            Runbooks
          </Link>
          {incident !== "" && (
            <Link href={`/incidents?incident=${incident}`} className="hover:underline">
              Back to the room of {incident}
            </Link>
          )}
        </p>
        <h1 className="mt-1 text-xl font-semibold wrap-anywhere">{runbook.title}</h1>
        <Facts runbook={runbook} />
      </header>
      <div className="grid max-w-4xl gap-5">
        <Mistakes mistakes={data.mistakes} isFolded />
        <Card>
          <About services={data.services} />
          <p className="mt-3 text-xs text-muted" role="status">
            {steps.length > 0 && `${doneCount} of ${steps.length} steps are done. `}
            {incident === ""
              ? "Ticks stay on this page; with an incident they are on its timeline, for everybody."
              : "Ticks are on the timeline of the incident, for everybody."}
          </p>
        </Card>
        {problem && <ProblemView error={problem} />}
        <ol className="grid gap-3">
          {runbook.blocks.map((block, place) =>
            block.kind === "text" ? (
              // oxlint-disable-next-line react/no-array-index-key -- a text has no name but its place.
              <li key={place} className="px-1 text-sm">
                <Markdown text={block.markdown} top={1} />
              </li>
            ) : (
              <StepRow
                key={block.step.step}
                step={block.step}
                ticking={tickingOf(block.step)}
                mayTick={mayTick || incident === ""}
              />
            ),
          )}
        </ol>
        {runbook.blocks.length === 0 && (
          <Empty icon="file" title="Nothing is written here yet">
            Open {runbook.file} and write what to do first.
          </Empty>
        )}
      </div>
    </>
  );
}
