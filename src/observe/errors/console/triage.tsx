import { type ReactNode, useEffect, useState } from "react";
import {
  ask,
  Button,
  Empty,
  type ErrorIssues,
  go,
  Key,
  Link,
  Loading,
  PageHead,
  type PageKey,
  ProblemView,
  send,
  span,
  useMay,
  useNow,
  usePageKeys,
  useTask,
} from "#console";
import { Choose, type Question } from "./choose.tsx";
import { type Decision, useDecide } from "./decide.ts";
import type { Issue } from "./list.tsx";
import { ReportView } from "./report.tsx";
import { TriageCard } from "./triage-card.tsx";

/** So many are gone through at once, those with most events first; the next walk takes the next ones. */
const queueMax = 200;

/** What somebody took on or filed waits for them, not for the triage, unless it got worse. */
const waits = ({ assignee, link, state }: Issue): boolean =>
  (assignee === undefined && link === undefined) || state === "regressed" || state === "escalating";

type Walk = { queue: readonly Issue[]; startedAt: number };

/** Asked for page by page: what waits for no triage may be most of what is open. */
async function queued(): Promise<Issue[]> {
  const queue: Issue[] = [];
  let [asked, total] = [0, 1];
  while (queue.length < queueMax && asked < total) {
    const page = await ask<ErrorIssues>("errors.issues", {
      ...{ state: "open", sort: "events", span: "14d", limit: queueMax, offset: asked },
    });
    if (page.issues.length === 0) break;
    queue.push(...page.issues.filter(waits));
    asked += page.issues.length;
    total = page.total;
  }
  return queue.slice(0, queueMax);
}

/** One error at a time, one key for each decision, and the week's report at the end. */
export function Triage(): ReactNode {
  const may = useMay("responder");
  const [walk, setWalk] = useState<Walk>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    if (!may) return;
    queued().then((queue) => setWalk({ queue, startedAt: Date.now() }), setError);
  }, [may]);
  if (error) return <ProblemView error={error} retry={() => location.reload()} />;
  if (!may) return <PageHead title="Triage" says="Deciding needs the role responder." />;
  if (!walk) return <Loading what="what waits" lines={8} />;
  return <Walking {...walk} />;
}

function Walking({ queue, startedAt }: Walk): ReactNode {
  const [place, setPlace] = useState(0);
  const [decided, setDecided] = useState<ReadonlyMap<string, string>>(new Map());
  const [question, setQuestion] = useState<Question>();
  const [ended, setEnded] = useState<number>();
  const { decide, undo } = useDecide();
  const task = useTask();
  const here = queue[place];
  const to = (next: number): void => {
    setPlace(Math.max(0, next));
    scrollTo(0, 0);
  };
  const end = (all = decided): void =>
    void task.run(async () => {
      if (queue.length > 0)
        await send("errors.end-triage", { startedAt, shown: queue.length, decided: all.size });
      setEnded(Date.now());
    });
  const run = (decision: Decision): void => {
    if (!here || task.busy) return;
    void task
      .run(() => decide([here.id], decision, true))
      .then((isDone) => {
        if (!isDone) return;
        const all = new Map(decided).set(here.id, decision.says);
        setDecided(all);
        if (place + 1 < queue.length) to(place + 1);
        else end(all);
      });
  };
  const takeBack = (): void => {
    if (task.busy) return;
    void task.run(async () => {
      const [issue] = await undo();
      const was = queue.findIndex(({ id }) => id === issue);
      if (issue === undefined || was < 0) return;
      setDecided(new Map([...decided].filter(([id]) => id !== issue)));
      setEnded(undefined);
      to(was);
    });
  };
  const skip = (): void => (place + 1 < queue.length ? to(place + 1) : end());
  const open = (next: Question) => () => !task.busy && setQuestion(next);
  const deeds: PageKey[] = [
    { key: "e", what: "Resolve", press: () => run({ verb: "resolve", says: "resolved" }) },
    { key: "r", what: "Resolve in…", press: open("resolve") },
    { key: "i", what: "Ignore", press: () => run({ verb: "ignore", says: "ignored" }) },
    { key: "s", what: "Snooze…", press: open("snooze") },
    { key: "a", what: "Assign…", press: open("assign") },
    { key: "f", what: "File…", press: open("file") },
    { key: "j", what: "Skip", press: skip },
    { key: "k", what: "Back", press: () => to(place - 1) },
  ];
  const undoKey: PageKey = { key: "z", what: "Undo", press: takeBack };
  const quit: PageKey = { key: "q", what: "End here", press: () => end() };
  const leave: PageKey = { key: "q", what: "Leave", press: () => go("/errors") };
  const isOver = ended !== undefined || !here;
  usePageKeys(isOver ? [undoKey, leave] : [...deeds, undoKey, quit]);
  if (queue.length === 0) return <NothingWaits />;
  if (isOver)
    return (
      <ReportView
        walk={{ startedAt, endedAt: ended ?? startedAt, shown: queue.length, decided }}
        onUndo={takeBack}
      />
    );
  return (
    <>
      <Progress {...{ place, startedAt }} of={queue.length} decided={decided.size} />
      {task.error && <ProblemView error={task.error} retry={task.clear} />}
      <TriageCard issue={here} next={queue[place + 1]?.id} decided={decided.get(here.id)} />
      <div
        role="toolbar"
        aria-label="Decide"
        className="sticky bottom-0 z-20 mt-4 flex flex-wrap gap-2 rounded-t-xl max-sm:scrollbar-none max-sm:flex-nowrap max-sm:overflow-x-auto border border-line bg-surface p-3 shadow-float max-lg:bottom-16"
      >
        {[...deeds, undoKey, quit].map(({ key, what, press }, at) => (
          <Button key={key} kind={at === 0 ? "primary" : "plain"} onClick={press}>
            {what}
            <span className="max-sm:hidden">
              <Key>{key}</Key>
            </span>
          </Button>
        ))}
      </div>
      <Choose
        question={question}
        about={`${here.id}: ${here.type}`}
        project={here.project}
        release={here.lastRelease}
        onClose={() => setQuestion(undefined)}
        onDecide={run}
      />
    </>
  );
}

const NothingWaits = (): ReactNode => (
  <>
    <PageHead title="Triage" />
    <Empty icon="check" title="Nothing waits for a decision">
      <Link href="/errors" className="text-accent underline">
        All errors
      </Link>
    </Empty>
  </>
);

type ProgressProps = { place: number; of: number; decided: number; startedAt: number };
/** Where one is, and how long it has taken: half an hour is enough for a week. */
function Progress({ place, of, decided, startedAt }: ProgressProps): ReactNode {
  const passed = useNow() - startedAt;
  return (
    <header className="mb-4">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-xl font-semibold">Triage</h1>
        <p className="text-sm text-muted">
          <span data-figure="place">{place + 1}</span> of {of}
          {of === queueMax && ", the most frequent"} · {decided} decided
        </p>
        <p className="ml-auto text-sm text-muted" role="timer">
          {span(passed)}
          {decided > 0 && ` · ${span(passed / decided)} each`}
        </p>
      </div>
      <progress className="thin-bar" value={place} max={of} aria-label="Progress" />
    </header>
  );
}
