import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Button,
  Card,
  count,
  Empty,
  type ErrorIssues,
  type ErrorProjects,
  type ErrorReport,
  go,
  IconButton,
  Key,
  Link,
  Loading,
  PageHead,
  type PageKey,
  ProblemView,
  useAsk,
  useMay,
  usePageKeys,
  useTask,
} from "#console";
import { Choose, type Question } from "./choose.tsx";
import { type Decision, useDecide } from "./decide.ts";
import { FilterBar, type Filters, useFilters } from "./filters.tsx";
import { type Issue, IssueList } from "./list.tsx";
import { useNameOf } from "./people.ts";
import { SetUp } from "./setup.tsx";
import { SpikesCard } from "./spikes.tsx";
import { Tabs } from "./tabs.tsx";
import { WeekCard } from "./week.tsx";

const shownMax = 50;
const askAgainMs = 15_000;

/** The list as it was before while the next one is on its way: rows do not jump at each letter typed. */
function useIssues(filters: Filters) {
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
  const [limit, setLimit] = useState(shownMax);
  const asked = useAsk<ErrorIssues>("errors.issues", { ...given, limit });
  const before = useRef<ErrorIssues>(undefined);
  useEffect(() => {
    if (asked.data) before.current = asked.data;
  }, [asked.data]);
  const { retry } = asked;
  const again = useRef(retry);
  useEffect(() => {
    again.current = retry;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again.current();
    }, askAgainMs);
    return () => clearInterval(timer);
  }, []);
  return { ...asked, shown: asked.data ?? before.current, more: () => setLimit(200), limit };
}

/** Which errors the keys are about: those that were selected, else the one under the cursor. */
function useChoice(issues: readonly Issue[]) {
  const [place, setPlace] = useState<number>();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const cursor = Math.max(0, Math.min(place ?? 0, issues.length - 1));
  const here = issues[cursor];
  const chosen = issues.filter(({ id }) => picked.has(id));
  return {
    cursor,
    moved: place !== undefined,
    picked,
    here,
    chosen,
    about: chosen.length > 0 ? chosen : here ? [here] : [],
    move: (by: number) => setPlace(Math.max(0, Math.min(cursor + by, issues.length - 1))),
    pick: (id: string) =>
      setPicked(
        (was) => new Set(was.has(id) ? [...was].filter((each) => each !== id) : [...was, id]),
      ),
    clear: () => setPicked(new Set()),
  };
}
type Chosen = ReturnType<typeof useChoice>;

const moves = ({ here, move, pick }: Chosen): PageKey[] => [
  { key: "j", what: "Down", press: () => move(1) },
  { key: "k", what: "Up", press: () => move(-1) },
  { key: "o", what: "Open the error", press: () => here && go(`/errors?issue=${here.id}`) },
  { key: "x", what: "Select", press: () => here && pick(here.id) },
];

type Doing = { run: (decision: Decision) => void; undo: () => void; ask: (q: Question) => void };
const deedsOf = ({ run, undo, ask }: Doing): PageKey[] => [
  { key: "e", what: "Resolve", press: () => run({ verb: "resolve", says: "resolved" }) },
  { key: "r", what: "Resolve in…", press: () => ask("resolve") },
  { key: "i", what: "Ignore", press: () => run({ verb: "ignore", says: "ignored" }) },
  { key: "s", what: "Snooze…", press: () => ask("snooze") },
  { key: "a", what: "Assign…", press: () => ask("assign") },
  { key: "z", what: "Undo", press: undo },
  { key: "t", what: "Triage: one error at a time", press: () => go("/errors?triage=yes") },
];
/** Of the deeds above, those that make sense for many at once. */
const bulkDeeds = 5;

/** The inbox: what broke, how often, for how many, and what was decided about it. */
export function Inbox(): ReactNode {
  const filters = useFilters();
  const asked = useIssues(filters);
  const projects = useAsk<ErrorProjects>("errors.projects").data?.projects;
  const nameOf = useNameOf();
  const may = useMay("responder");
  return (
    <>
      <PageHead title="Errors" says="What broke in production, one line for each bug.">
        {may && (
          <Link
            href="/errors?triage=yes"
            className="inline-flex min-h-9 items-center gap-2 rounded-md bg-accent px-3.5 text-sm font-medium text-on-accent hover:bg-accent-strong max-sm:min-h-11"
          >
            Triage
          </Link>
        )}
      </PageHead>
      <Tabs here="" />
      <SpikesCard />
      <WeekCard />
      <FilterBar of={filters} nameOf={nameOf} />
      {asked.error && !asked.shown && <ProblemView error={asked.error} retry={asked.retry} />}
      {!asked.shown && !asked.error && <Loading what="the errors" lines={8} />}
      {asked.shown && (
        <Found
          {...{ filters, nameOf, may }}
          of={asked.shown}
          more={asked.limit === shownMax ? asked.more : undefined}
        />
      )}
      {projects && <SetUp className="mt-4" projects={projects} />}
    </>
  );
}

type FoundProps = {
  of: ErrorIssues;
  filters: Filters;
  nameOf: (assignee: string) => string;
  may: boolean;
  more: (() => void) | undefined;
};

/** What was found, and what can be done with it. */
function Found({ of: { issues, total }, filters, nameOf, may, more }: FoundProps): ReactNode {
  const { decide, undo } = useDecide();
  const task = useTask();
  const choice = useChoice(issues);
  const [question, setQuestion] = useState<Question>();
  const { about, chosen, clear } = choice;
  const [only] = about.length === 1 ? about : [];
  const run = (decision: Decision): void => {
    const ids = about.map(({ id }) => id);
    if (ids.length > 0) void task.run(() => decide(ids, decision)).then(clear);
  };
  const deeds = deedsOf({
    run,
    undo: () => void task.run(undo),
    ask: (next) => about.length > 0 && setQuestion(next),
  });
  usePageKeys(may ? [...moves(choice), ...deeds] : moves(choice));
  const bulk = may && chosen.length > 0;
  return (
    <>
      {task.error && <ProblemView error={task.error} retry={task.clear} />}
      <Card
        title={count(total, "error")}
        flush
        aside={bulk && <Bulk n={chosen.length} deeds={deeds.slice(0, bulkDeeds)} onClear={clear} />}
      >
        {issues.length === 0 ? (
          <NothingHere filters={filters} />
        ) : (
          <IssueList
            issues={issues}
            cursor={choice.cursor}
            moved={choice.moved}
            picked={choice.picked}
            nameOf={nameOf}
            span={filters.span}
            onPick={choice.pick}
          />
        )}
        {total > issues.length && more && (
          <p className="border-t border-line p-3 text-center">
            <Button onClick={more}>Show more</Button>
          </p>
        )}
      </Card>
      <Choose
        question={question}
        about={only ? `${only.id}: ${only.type}` : count(about.length, "error")}
        release={only?.lastRelease}
        onClose={() => setQuestion(undefined)}
        onDecide={run}
      />
    </>
  );
}

const Bulk = ({
  n,
  deeds,
  onClear,
}: {
  n: number;
  deeds: readonly PageKey[];
  onClear: () => void;
}): ReactNode => (
  <div role="toolbar" aria-label="Decide on the selected errors" className="flex flex-wrap gap-2">
    <span className="self-center text-sm text-muted">{count(n, "selected", "selected")}</span>
    {deeds.map(({ key, what, press }) => (
      <Button key={key} onClick={press}>
        {what} <Key>{key}</Key>
      </Button>
    ))}
    <IconButton icon="cross" label="Select none" onClick={onClear} />
  </div>
);

/** Filtered away, decided on, or never come: three different things to do next. */
function NothingHere({ filters }: { filters: Filters }): ReactNode {
  const report = useAsk<ErrorReport>("errors.report").data;
  const { state, sort: _, span: __, ...rest } = filters;
  if (state !== "open" || Object.values(rest).some((each) => each !== ""))
    return (
      <Empty icon="search" title="No error is like this">
        <Link href="/errors" className="text-accent underline">
          All that are open
        </Link>
      </Empty>
    );
  if (report?.weeks.every(({ events }) => events === 0))
    return (
      <Empty icon="check" title="No error has come yet">
        Give an SDK the address below: what breaks then stands here at once.
      </Empty>
    );
  return (
    <Empty icon="check" title="Nothing waits">
      All that broke was decided on.
    </Empty>
  );
}
