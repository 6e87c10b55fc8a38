import type { ReactNode } from "react";
import { At, Link, type LogEvent, type LogWhole, usePlace } from "#console";

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

export const Chain = ({
  whole: { event, causes, effects },
}: {
  whole: LogWhole & object;
}): ReactNode => (
  <section aria-label="Causes and effects">
    <h3 className="mb-2 text-xs font-medium text-muted">
      {causes.length === 0 && effects.length === 0
        ? "No other fact is recorded as its cause or effect"
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

/** Facts in their order, each a way to itself. */
export const Steps = ({ events }: { events: readonly LogEvent[] }): ReactNode => (
  <ol>
    {events.map((each) => (
      <Step key={each.position} event={each} here={false} />
    ))}
  </ol>
);
