import { type ReactNode, useState } from "react";
import {
  Ago,
  amount,
  At,
  Badge,
  Button,
  Card,
  type ErrorEvent,
  type ErrorIssue,
  Icon,
  IconButton,
  Key,
  Link,
  Loading,
  type PageKey,
  ProblemView,
  Segments,
  share,
  Tile,
  Tiles,
  useAsk,
  useMay,
  usePageKeys,
  useTask,
} from "#console";
import { Activity } from "./activity.tsx";
import { Breadcrumbs, Feedback, More, Scrubbed, Tags } from "./around.tsx";
import { Choose, type Question } from "./choose.tsx";
import { type Decision, useDecide } from "./decide.ts";
import { Occurrences } from "./occurrences.tsx";
import { useNameOf } from "./people.ts";
import { Stacks } from "./stack.tsx";
import { Suspects } from "./suspects.tsx";
import { toneOf } from "./tone.ts";
import { Ways } from "./ways.tsx";

type Issue = ErrorIssue["issue"];

/** One error: what it is, how often, for whom, and the stack of an occurrence. */
export function IssueView({ id }: { id: string }): ReactNode {
  const asked = useAsk<ErrorIssue>("errors.issue", { issue: id });
  const may = useMay("responder");
  const { decide } = useDecide();
  if (asked.error) return <ProblemView error={asked.error} retry={asked.retry} />;
  if (!asked.data) return <Loading what="the error" lines={8} />;
  const { issue, tags, feedback, releases, fixed } = asked.data;
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/errors" className="text-muted hover:text-ink">
          ← All errors
        </Link>
      </p>
      <Head issue={issue} />
      <div className="grid gap-4">
        <Tiles>
          <Tile label="Events" value={amount(issue.events)} />
          <Tile label="Users" value={amount(issue.users)} />
          <Tile label="First seen" value={<Ago at={issue.firstAt} />} says={issue.firstRelease} />
          <Tile label="Last seen" value={<Ago at={issue.lastAt} />} says={issue.lastRelease} />
          <Tile label="Service" value={issue.project} says={issue.platform} />
          <Tile label="Level" value={issue.level} says={issue.handled ? "handled" : "unhandled"} />
        </Tiles>
        {fixed !== undefined && <Fixed probability={fixed} />}
        <Occurrences id={id} />
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="grid min-w-0 gap-4">{may && <Occurrence id={id} />}</div>
          <div className="grid min-w-0 gap-4 sm:grid-cols-2 xl:grid-cols-1">
            <Feedback feedback={feedback} />
            <Suspects id={id} />
            <Tags tags={tags} />
            <Releases releases={releases} />
            <Ways
              of={asked.data}
              onDecide={may ? (decision) => decide([id], decision) : undefined}
            />
            <Activity id={id} />
          </div>
        </div>
      </div>
    </>
  );
}

/** What it is and what can be decided, in sight also when the stack is long. */
function Head({ issue }: { issue: Issue }): ReactNode {
  const may = useMay("responder");
  const nameOf = useNameOf();
  return (
    <header className="mb-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="text-xl font-semibold break-words">{issue.type}</h1>
          <p className="max-h-24 overflow-y-auto text-sm break-words text-muted">{issue.value}</p>
          <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-faint">
            <Badge tone={toneOf(issue.state)}>{issue.state}</Badge>
            <span>{issue.id}</span>
            <span className="break-all">{issue.culprit}</span>
            {issue.assignee !== undefined && (
              <span className="inline-flex items-center gap-1">
                <Icon name="people" className="size-3.5" /> {nameOf(issue.assignee)}
              </span>
            )}
            {issue.link !== undefined && (
              <a
                href={/^https?:/.test(issue.link) ? issue.link : undefined}
                rel="noreferrer noopener"
                target="_blank"
                className="inline-flex items-center gap-1 break-all text-accent underline"
              >
                <Icon name="link" className="size-3.5" /> {issue.link}
              </a>
            )}
            <Standing issue={issue} />
          </p>
        </div>
        {may && <Decisions issue={issue} />}
      </div>
    </header>
  );
}

const surely = 0.95;
const likely = 0.8;
/** How likely it is gone: it would have come again by now, had it not been mended. */
const Fixed = ({ probability }: { probability: number }): ReactNode => {
  const isSure = probability >= surely;
  return (
    <Card>
      <div className="grid items-center gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr_10rem]">
        <p className={`font-semibold ${isSure ? "text-good" : ""}`}>
          {isSure ? "Mended" : probability >= likely ? "Probably mended" : "Too early to tell"}:{" "}
          {share(probability)}
        </p>
        <p className="text-sm text-muted">
          {isSure
            ? "Had it not been, it would have been seen again by now."
            : "It came too seldom for its silence to say more yet."}
        </p>
        <progress
          className="thin-bar"
          value={probability}
          max={1}
          aria-label="How likely it is mended"
        />
      </div>
    </Card>
  );
};

/** Until when it is snoozed, or in what it is resolved. */
function Standing({ issue: { snooze, resolution } }: { issue: Issue }): ReactNode {
  if (snooze) {
    return (
      <span>
        snoozed until {snooze.until !== undefined && <At at={snooze.until} />}
        {snooze.events !== undefined && `${amount(snooze.events)} more events`}
        {snooze.users !== undefined && `${amount(snooze.users)} more users`}
        {snooze.perHour !== undefined && `${amount(snooze.perHour)} events in an hour`}
      </span>
    );
  }
  if (resolution?.how === "release") return <span>in {resolution.release}</span>;
  return resolution?.how === "next-release" ? <span>in the next release</span> : null;
}

function Decisions({ issue }: { issue: Issue }): ReactNode {
  const { decide, undo } = useDecide();
  const task = useTask();
  const [question, setQuestion] = useState<Question>();
  const run = (decision: Decision): void => void task.run(() => decide([issue.id], decision));
  const isOpen = !["resolved", "ignored", "snoozed", "merged"].includes(issue.state);
  const deeds: PageKey[] = [
    ...(isOpen
      ? [
          { key: "e", what: "Resolve", press: () => run({ verb: "resolve", says: "resolved" }) },
          { key: "r", what: "Resolve in…", press: () => setQuestion("resolve") },
          { key: "i", what: "Ignore", press: () => run({ verb: "ignore", says: "ignored" }) },
          { key: "s", what: "Snooze…", press: () => setQuestion("snooze") },
        ]
      : [{ key: "o", what: "Reopen", press: () => run({ verb: "reopen", says: "open again" }) }]),
    { key: "a", what: "Assign…", press: () => setQuestion("assign") },
    { key: "f", what: "File…", press: () => setQuestion("file") },
    { key: "z", what: "Undo", press: () => void task.run(undo) },
  ];
  usePageKeys(deeds);
  return (
    <div className="flex max-w-full flex-wrap justify-end gap-2 max-sm:justify-start">
      {deeds.map(({ key, what, press }, place) => (
        <Button
          key={key}
          kind={place === 0 ? "primary" : "plain"}
          onClick={press}
          disabled={task.busy}
        >
          {what}
          <span className="max-sm:hidden">
            <Key>{key}</Key>
          </span>
        </Button>
      ))}
      {task.error && <ProblemView error={task.error} retry={task.clear} />}
      <Choose
        question={question}
        about={`${issue.id}: ${issue.type}`}
        project={issue.project}
        release={issue.lastRelease}
        onClose={() => setQuestion(undefined)}
        onDecide={run}
      />
    </div>
  );
}

type Which = "last" | "first" | "rare";

/** One of the occurrences that are kept, whole. */
function Occurrence({ id }: { id: string }): ReactNode {
  const [which, setWhich] = useState<string>("last");
  const asked = useAsk<ErrorEvent>("errors.event", { issue: id, event: which });
  const kept = useAsk<Kept>("errors.events", { issue: id, limit: 100 }).data?.events ?? [];
  const event = asked.data;
  const place = kept.findIndex((each) => each.event === event?.event);
  const step =
    (by: number): (() => void) =>
    () => {
      const next = kept[place + by];
      if (next) setWhich(next.event);
    };
  if (asked.error) return <ProblemView error={asked.error} retry={asked.retry} />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Segments<Which | "">
          label="Which occurrence"
          value={/^(first|last|rare)$/.test(which) ? (which as Which) : ""}
          options={[
            ["last", "Last"],
            ["first", "First"],
            ["rare", "Rarest"],
          ]}
          onPick={setWhich}
        />
        <IconButton
          icon="minus"
          label="An older one"
          disabled={place < 0 || place + 1 >= kept.length}
          onClick={step(1)}
        />
        <IconButton icon="plus" label="A newer one" disabled={place < 1} onClick={step(-1)} />
        {event && (
          <p className="min-w-0 text-xs text-faint">
            <At at={event.at} /> {event.release} {event.environment} {event.user}
          </p>
        )}
      </div>
      {!event && <Loading what="the occurrence" lines={6} />}
      {event && (
        <>
          <Stacks event={event} key={event.event} />
          <Breadcrumbs event={event} most={100} />
          <Scrubbed event={event} />
          <More event={event} />
        </>
      )}
    </>
  );
}
type Kept = { events: readonly { event: string }[] };

const Releases = ({ releases }: Pick<ErrorIssue, "releases">): ReactNode =>
  releases.length === 0 ? null : (
    <Card title="Releases">
      <ul className="space-y-1 text-sm">
        {releases.slice(0, 8).map(({ release, events, firstAt }) => (
          <li key={release} className="flex gap-3">
            <span className="min-w-0 grow truncate">{release}</span>
            <span className="text-xs text-faint">
              <Ago at={firstAt} />
            </span>
            <span className="text-muted">{amount(events)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
