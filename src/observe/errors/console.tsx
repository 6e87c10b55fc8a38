import { type ReactNode, useState } from "react";
import {
  Ago,
  amount,
  Badge,
  Card,
  Choice,
  type Column,
  Copyable,
  count,
  Empty,
  type ErrorIssues,
  type ErrorProjects,
  Field,
  Link,
  Loading,
  PageHead,
  ProblemView,
  Table,
  useAsk,
  usePlace,
} from "#console";
import { IssueView } from "./console/issue.tsx";
import { Sparkline } from "./console/sparkline.tsx";
import { toneOf } from "./console/tone.ts";

type Issue = ErrorIssues["issues"][number];
const shownMax = 50;

const columns: readonly Column<Issue>[] = [
  {
    head: "Error",
    cell: (issue) => (
      <Link href={`/errors?issue=${issue.id}`} className="block min-w-0">
        <span className="font-medium">{issue.type}</span>{" "}
        <span className="text-muted">{issue.value}</span>
        <span className="block text-xs text-faint">
          {issue.id} · {issue.culprit}
        </span>
      </Link>
    ),
  },
  { head: "State", cell: ({ state }) => <Badge tone={toneOf(state)}>{state}</Badge> },
  {
    head: "24 hours",
    wideOnly: true,
    cell: ({ lastDay, id }) => <Sparkline counts={lastDay} label={`Events of ${id} by hour`} />,
  },
  { head: "Events", number: true, cell: ({ events }) => amount(events) },
  { head: "Users", number: true, wideOnly: true, cell: ({ users }) => amount(users) },
  { head: "Last seen", wideOnly: true, cell: ({ lastAt }) => <Ago at={lastAt} /> },
];

const states = [
  "open",
  "new",
  "ongoing",
  "regressed",
  "escalating",
  "snoozed",
  "ignored",
  "resolved",
];

/** The inbox: what broke, how often, for how many, and what was decided about it. */
export function ErrorsPage(): ReactNode {
  const chosen = usePlace().search.get("issue");
  return chosen === null ? <Inbox /> : <IssueView id={chosen} key={chosen} />;
}

function Inbox(): ReactNode {
  const [state, setState] = useState("open");
  const [words, setWords] = useState("");
  const asked = useAsk<ErrorIssues>("errors.issues", { state, search: words, limit: shownMax });
  const projects = useAsk<ErrorProjects>("errors.projects");
  return (
    <>
      <PageHead title="Errors" says="What broke in production, one line for each bug." />
      <div className="mb-4 grid gap-3 sm:grid-cols-[1fr_12rem]">
        <Field
          label="Search"
          type="search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          placeholder="Words of messages, frames, tags, breadcrumbs"
        />
        <Choice
          label="State"
          options={states.map((each) => [each, each] as const)}
          value={state}
          onChange={(event) => setState(event.target.value)}
        />
      </div>
      {asked.error && <ProblemView error={asked.error} retry={asked.retry} />}
      {!asked.data && !asked.error && <Loading what="the errors" lines={8} />}
      {asked.data && (
        <Card title={count(asked.data.total, "error")} flush>
          {asked.data.issues.length === 0 ? (
            <Empty icon="check" title="Nothing here">
              {words === "" ? "No error waits for a decision." : "No error has these words."}
            </Empty>
          ) : (
            <Table
              label="Errors"
              rows={asked.data.issues}
              columns={columns}
              keyOf={({ id }) => id}
            />
          )}
        </Card>
      )}
      {projects.data && <Projects projects={projects.data.projects} />}
    </>
  );
}

function Projects({ projects }: ErrorProjects): ReactNode {
  return (
    <Card className="mt-4" title="Where SDKs send to" hint="the DSN of each project">
      {projects.length === 0 && (
        <p className="text-sm text-muted">
          Each service gets a project by itself; there is none yet.
        </p>
      )}
      <ul className="space-y-3">
        {projects.map(({ project, dsn }) => (
          <li key={project}>
            <p className="mb-1 text-sm font-medium">{project}</p>
            <Copyable text={dsn} label={`DSN of ${project}`} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
