import type { ReactNode } from "react";
import {
  Copyable,
  Empty,
  fullTime,
  IconButton,
  Icon,
  Link,
  Loading,
  type LogEvent,
  type LogPage,
  type LogWhole,
  ProblemView,
  search,
  useAsk,
  useWho,
} from "#console";
import { Chain, Steps } from "./chain.tsx";

const Facts = ({ event }: { event: LogEvent }): ReactNode => {
  const who = useWho();
  const rows: [string, ReactNode][] = [
    ["When", fullTime(event.at)],
    [
      "Who",
      <Link
        key="who"
        href={`/log?actor=${encodeURIComponent(event.by.id)}`}
        className="text-accent hover:underline"
      >
        {who(event.by)} <span className="text-faint">({event.by.kind})</span>
      </Link>,
    ],
    [
      "Stream",
      <code key="stream" className="font-mono break-all">
        {event.stream}
      </code>,
    ],
    ["Position", `${event.position}, version ${event.version} of its stream`],
  ];
  return (
    <dl className="grid grid-cols-[5rem_minmax(0,1fr)] gap-y-1.5 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const NEIGHBOURS = 3;
const LOOKED_AT = 100;

/** What else happened to the same thing just before and just after, beyond causes and effects. */
function Story({ whole: { event, causes, effects } }: { whole: LogWhole & object }): ReactNode {
  const { stream, position } = event;
  const before = useAsk<LogPage>("log.search", { stream, before: position, limit: NEIGHBOURS });
  const after = useAsk<LogPage>("log.search", { stream, after: position, limit: LOOKED_AT });
  if (!before.data || !after.data) return null;
  const next = after.data.events.slice(-NEIGHBOURS);
  const told = new Set([...causes, ...effects].map((each) => each.position));
  const around = [...next, ...before.data.events]
    .toReversed()
    .filter((each) => !told.has(each.position));
  if (around.length === 0) return null;
  return (
    <section aria-label="The same thing, before and after">
      <h3 className="mb-1 text-xs font-medium text-muted">
        {stream.split("/").at(-1)}, before and after
      </h3>
      <Steps events={around} />
    </section>
  );
}

/** One fact whole: what it says, who did it, why it came to be and what it led to. */
export function WholeEvent({ position }: { position: number }): ReactNode {
  const { data, error, retry } = useAsk<LogWhole>("log.event", { position });
  const close = () => search({ event: undefined });
  return (
    <article
      aria-label="The fact"
      className="rising sticky top-[calc(var(--bar-height)+1rem)] max-h-[calc(100dvh-var(--bar-height)-2rem)] overflow-y-auto rounded-xl border border-line bg-surface p-5 shadow-card max-lg:static max-lg:max-h-none max-sm:p-4"
    >
      <header className="mb-4 flex items-start gap-3">
        <h2 className="min-w-0 flex-1 text-lg font-semibold">{data?.event.says ?? "One fact"}</h2>
        <IconButton icon="cross" label="Close this fact" onClick={close} className="-mt-1 -mr-2" />
      </header>
      {error && <ProblemView error={error} retry={retry} />}
      {data === undefined && !error && <Loading what="the fact" lines={6} />}
      {data === null && <Empty icon="log" title="There is no fact at this position" />}
      {data && (
        <div className="grid gap-5">
          <Facts event={data.event} />
          <Chain whole={data} />
          <Story whole={data} />
          <details className="group">
            <summary className="flex min-h-9 items-center gap-1.5 text-sm font-medium">
              <Icon name="right" className="size-3.5 transition-transform group-open:rotate-90" />{" "}
              Its data as JSON
            </summary>
            <pre
              tabIndex={0}
              className="mt-1 max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
            >
              {JSON.stringify(data.event, null, 2)}
            </pre>
          </details>
          <div>
            <h3 className="mb-1 text-xs font-medium text-muted">
              Hash, chained to the fact before it
            </h3>
            <Copyable text={data.event.hash} label="the hash" />
          </div>
        </div>
      )}
    </article>
  );
}
