import type { ReactNode } from "react";
import {
  At,
  Copyable,
  Empty,
  fullTime,
  IconButton,
  Icon,
  Link,
  Loading,
  type LogEvent,
  type LogWhole,
  ProblemView,
  search,
  useAsk,
  usePlace,
  useWho,
} from "#console";

/** The address of this page with another fact opened. */
export function useEventHref(): (position: number) => string {
  const { path, search: given } = usePlace();
  return (position) => {
    const next = new URLSearchParams(given);
    next.set("event", String(position));
    return `${path}?${next}`;
  };
}

const Step = ({ event, here }: { event: LogEvent; here: boolean }): ReactNode => {
  const href = useEventHref();
  const words = (
    <>
      <span className={`block text-sm ${here ? "font-semibold" : ""}`}>{event.says}</span>
      <span className="block text-xs text-faint">
        <At at={event.at} /> · {event.type}
      </span>
    </>
  );
  return (
    <li className="relative pb-3 pl-7 last:pb-0" aria-current={here ? "true" : undefined}>
      <span
        aria-hidden="true"
        className="absolute top-2 bottom-[-0.5rem] left-[0.5625rem] w-0.5 bg-line in-[li:last-child]:hidden"
      />
      <span
        aria-hidden="true"
        className={`absolute top-1.5 left-1 size-3 rounded-full border-2 ${here ? "border-accent bg-accent" : "border-line-strong bg-surface"}`}
      />
      {here ? (
        <div className="rounded-md bg-accent-soft px-2.5 py-1.5">{words}</div>
      ) : (
        <Link href={href(event.position)} className="block rounded-md px-2.5 py-1.5 hover:bg-hover">
          {words}
        </Link>
      )}
    </li>
  );
};

const Chain = ({ whole: { event, causes, effects } }: { whole: LogWhole & object }): ReactNode => (
  <section aria-label="Causes and effects">
    <h3 className="mb-2 text-xs font-medium text-muted">
      {causes.length === 0 && effects.length === 0
        ? "It stands alone: nothing led to it, nothing followed"
        : "What led to it, and what followed"}
    </h3>
    <ol>
      {causes.map((each) => (
        <Step key={each.position} event={each} here={false} />
      ))}
      <Step event={event} here />
      {effects.map((each) => (
        <Step key={each.position} event={each} here={false} />
      ))}
    </ol>
  </section>
);

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
