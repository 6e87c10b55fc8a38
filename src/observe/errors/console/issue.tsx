import type { ReactNode } from "react";
import {
  Ago,
  amount,
  Badge,
  Button,
  Card,
  type ErrorEvent,
  type ErrorIssue,
  Link,
  Loading,
  PageHead,
  ProblemView,
  Tile,
  Tiles,
  useAsk,
  useMay,
  useSend,
  useTask,
} from "#console";
import { Sparkline } from "./sparkline.tsx";
import { toneOf } from "./tone.ts";

/** One error: what it is, how often, and the stack of its last occurrence. */
export function IssueView({ id }: { id: string }): ReactNode {
  const asked = useAsk<ErrorIssue>("errors.issue", { issue: id });
  const last = useAsk<ErrorEvent>("errors.event", { issue: id, event: "last" });
  if (asked.error) return <ProblemView error={asked.error} retry={asked.retry} />;
  if (!asked.data) return <Loading what="the error" lines={8} />;
  const { issue, history, tags } = asked.data;
  return (
    <>
      <p className="mb-2 text-sm">
        <Link href="/errors" className="text-muted hover:text-ink">
          ← All errors
        </Link>
      </p>
      <PageHead title={issue.type} says={issue.value}>
        <Badge tone={toneOf(issue.state)}>{issue.state}</Badge>
        <Decisions id={id} />
      </PageHead>
      <div className="grid gap-4">
        <Tiles>
          <Tile label="Events" value={amount(issue.events)} />
          <Tile label="Users" value={amount(issue.users)} />
          <Tile label="First seen" value={<Ago at={issue.firstAt} />} />
          <Tile label="Last seen" value={<Ago at={issue.lastAt} />} />
        </Tiles>
        <Card title="The last fourteen days" hint="by hour">
          <Sparkline counts={history} label={`Events of ${id} by hour`} />
        </Card>
        {last.error && <ProblemView error={last.error} retry={last.retry} />}
        {last.data && <Stacks event={last.data} />}
        <Card title="Tags">
          <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {tags.map(({ name, values }) => (
              <div key={name} className="min-w-0">
                <dt className="text-xs text-faint">{name}</dt>
                {values.slice(0, 5).map(({ value, events }) => (
                  <dd key={value} className="truncate text-sm">
                    {value} <span className="text-muted">{amount(events)}</span>
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </Card>
      </div>
    </>
  );
}

function Decisions({ id }: { id: string }): ReactNode {
  const may = useMay("responder");
  const send = useSend("errors.issue", "errors.issues");
  const task = useTask();
  if (!may) return null;
  const decide = (verb: string) => () => task.run(() => send(`errors.${verb}`, { issue: id }));
  return (
    <>
      <Button kind="primary" busy={task.busy} onClick={decide("resolve")}>
        Resolve
      </Button>
      <Button onClick={decide("ignore")}>Ignore</Button>
      <Button onClick={decide("reopen")}>Reopen</Button>
      <Button onClick={decide("undo")}>Undo</Button>
      {task.error && <ProblemView error={task.error} retry={task.clear} />}
    </>
  );
}

type Frame = ErrorEvent["exceptions"][number]["frames"][number];

/** Texts are shown as texts: what an error says may be anything. */
function Stacks({ event }: { event: ErrorEvent }): ReactNode {
  return (
    <>
      {event.exceptions.map((thrown, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
        <Card key={at} title={thrown.type} hint={thrown.value}>
          <ol className="space-y-2">
            {thrown.frames.map((frame, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
              <FrameView key={place} frame={frame} />
            ))}
          </ol>
        </Card>
      ))}
      {event.scrubbed.length > 0 && (
        <Card title="Taken out before it was written">
          <ul className="text-sm">
            {event.scrubbed.map(({ path, why }) => (
              <li key={path}>
                {path} <span className="text-muted">{why}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function FrameView({ frame }: { frame: Frame }): ReactNode {
  const place = `${frame.file}${frame.line === undefined ? "" : `:${frame.line}`}`;
  return (
    <li className={frame.inApp ? "" : "text-muted"}>
      <p className="text-sm">
        <span className="font-medium">{frame.name ?? "anonymous"}</span>{" "}
        <span className="text-xs break-all">{place}</span>
      </p>
      {frame.inApp && frame.context !== undefined && (
        <pre
          className="mt-1 overflow-x-auto rounded-md bg-sunken p-3 text-xs"
          tabIndex={0}
          aria-label={`Lines around ${place}`}
        >
          {[...frame.before, `▸ ${frame.context}`, ...frame.after].join("\n")}
        </pre>
      )}
    </li>
  );
}
