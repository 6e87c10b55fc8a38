import type { ReactNode } from "react";
import type { LogEvent, LogPage } from "../live/shapes.ts";
import { useLive } from "../live/use-live.ts";
import { Link } from "../shell/router.tsx";
import { useWho } from "../shell/who.ts";
import { Card, Empty, Loading } from "../ui/basics.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemView } from "../ui/problem.tsx";
import { At } from "../ui/when.tsx";

const FACTS_SHOWN = 9;

const FRESH_MS = 4_000;
const isFresh = (event: LogEvent): boolean => Date.now() - event.at < FRESH_MS;

const Fact = ({ event, who }: { event: LogEvent; who: string }): ReactNode => (
  <li className={`rounded-md ${isFresh(event) ? "arriving" : ""}`}>
    <Link
      href={`/log?event=${event.position}`}
      className="grid grid-cols-[4.25rem_minmax(0,1fr)] gap-x-3 rounded-md px-2 py-1.5 text-sm hover:bg-hover"
    >
      <span className="text-xs leading-5 text-faint">
        <At at={event.at} />
      </span>
      <span className="min-w-0">
        <span className="line-clamp-2">{event.says}</span>
        <span className="block truncate text-xs text-faint">
          {event.type} · {who}
        </span>
      </span>
    </Link>
  </li>
);

/** The last facts of the log, newest first. */
export function Facts(): ReactNode {
  const { data, error, retry } = useLive<LogPage>("log.search", { limit: FACTS_SHOWN });
  const who = useWho();
  return (
    <Card
      title="What happened"
      aside={
        <Link
          href="/log"
          className="inline-flex min-h-6 items-center gap-1 text-sm text-accent hover:underline"
        >
          The whole log <Icon name="right" className="size-3.5" />
        </Link>
      }
    >
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the last facts" lines={6} />}
      {data?.events.length === 0 && <Empty icon="log" title="Nothing happened yet" />}
      {data && data.events.length > 0 && (
        <ol className="-mx-2" aria-label="The last facts of the log">
          {data.events.slice(0, FACTS_SHOWN).map((event) => (
            <Fact key={event.position} event={event} who={who(event.by)} />
          ))}
        </ol>
      )}
    </Card>
  );
}
