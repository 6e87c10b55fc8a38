import { type ReactNode, useState } from "react";
import { At, Button, count, Link, type LogEvent, type LogWhole, usePlace } from "#console";

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

const CAUSES_SHOWN = 5;

/** What led to a fact and what it led to; of a long past only the last part, until asked for all. */
export function Chain({ whole }: { whole: LogWhole & object }): ReactNode {
  const { event, causes, effects } = whole;
  const [all, setAll] = useState(false);
  const shown = all ? causes : causes.slice(-CAUSES_SHOWN);
  const earlier = causes.length - shown.length;
  return (
    <section aria-label="Causes and effects">
      <h3 className="mb-2 text-xs font-medium text-muted">
        {causes.length === 0 && effects.length === 0
          ? "No other fact is recorded as its cause or effect"
          : "What led to it, and what followed"}
      </h3>
      {earlier > 0 && (
        <Button className="mb-2" onClick={() => setAll(true)}>
          Show {count(earlier, "earlier cause")}
        </Button>
      )}
      <ol>
        {shown.map((each) => (
          <Step key={each.position} event={each} here={false} />
        ))}
        <Step event={event} here />
        {effects.map((each) => (
          <Step key={each.position} event={each} here={false} />
        ))}
      </ol>
    </section>
  );
}

/** Facts in their order, each a way to itself. */
export const Steps = ({ events }: { events: readonly LogEvent[] }): ReactNode => (
  <ol>
    {events.map((each) => (
      <Step key={each.position} event={each} here={false} />
    ))}
  </ol>
);
