import { type ReactNode, useState } from "react";
import {
  At,
  Button,
  Card,
  count,
  Empty,
  Link,
  Loading,
  type LogEvent,
  type LogPage as Answer,
  PageHead,
  ProblemView,
  useAsk,
  useLive,
  usePlace,
  useWho,
} from "#console";
import { useEventHref } from "./console/chain.tsx";
import { WholeEvent } from "./console/entry.tsx";
import { ages, Filters, useWanted, type Wanted } from "./console/filters.tsx";

const PAGE_FACTS = 60;
const FRESH_MS = 4_000;
const MINUTE_MS = 60_000;

const Row = ({ event, open }: { event: LogEvent; open: boolean }): ReactNode => {
  const href = useEventHref();
  const who = useWho();
  return (
    <li
      className={`[content-visibility:auto] [contain-intrinsic-size:auto_3.5rem] ${Date.now() - event.at < FRESH_MS ? "arriving" : ""}`}
    >
      <Link
        href={href(event.position)}
        aria-current={open ? "true" : undefined}
        className="grid grid-cols-[4.5rem_minmax(0,1fr)_auto] items-baseline gap-x-4 px-5 py-2.5 text-sm hover:bg-hover aria-[current=true]:bg-accent-soft max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:px-4"
      >
        <span className="text-xs text-muted max-sm:order-2 max-sm:col-start-2">
          <At at={event.at} />
        </span>
        <span className="min-w-0 max-sm:order-1">
          <span className="block">{event.says}</span>
          <span className="block truncate font-mono text-xs text-muted">{event.type}</span>
        </span>
        <span className="text-xs text-muted max-sm:hidden">{who(event.by)}</span>
      </Link>
    </li>
  );
};

type OlderProps = { filter: Filter; before: number; open: number; onAsk?: () => void };

/** Facts older than those on screen, asked for one page at a time. */
function Older({ filter, before, open, onAsk }: OlderProps): ReactNode {
  const [asked, setAsked] = useState(false);
  const { data, error, retry } = useAsk<Answer>("log.search", { ...filter, before }, asked);
  const ask = () => {
    setAsked(true);
    onAsk?.();
  };
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!asked) return <Notch onPress={ask}>Show older facts</Notch>;
  if (!data) return <Loading what="older facts" />;
  const last = data.events.at(-1);
  return (
    <>
      <Rows events={data.events} open={open} />
      {data.more && last && <Older filter={filter} before={last.position} open={open} />}
    </>
  );
}

const Notch = ({ onPress, children }: { onPress: () => void; children: ReactNode }): ReactNode => (
  <div className="border-y border-line p-3 text-center first:border-t-0 last:border-b-0">
    <Button onClick={onPress}>{children}</Button>
  </div>
);

const Rows = ({ events, open }: { events: readonly LogEvent[]; open: number }): ReactNode => (
  <ol aria-label="Facts, newest first" className="divide-y divide-line">
    {events.map((event) => (
      <Row key={event.position} event={event} open={event.position === open} />
    ))}
  </ol>
);

type Filter = Record<string, string | number | undefined>;

function useFilter({
  text,
  type,
  actor,
  age,
}: Wanted): Record<string, string | number | undefined> {
  // Whole minutes: a moving `since` would open a new stream at every render.
  const [openedAt] = useState(() => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  const lasts = ages[age];
  const since = lasts === undefined ? undefined : openedAt - lasts;
  return {
    text: text || undefined,
    type: type || undefined,
    actor: actor || undefined,
    since,
    limit: PAGE_FACTS,
  };
}

const sinceTop = (data: Answer, frozen: Answer): number =>
  data.events.filter((event) => event.position > (frozen.events[0]?.position ?? 0)).length;

type ListProps = { filter: Filter; follow: boolean; open: number };

/** The newest facts. While somebody reads older ones, new ones wait, so that nothing moves under the eyes. */
function List({ filter, follow, open }: ListProps): ReactNode {
  const [frozen, setFrozen] = useState<Answer>();
  const live = useLive<Answer>("log.search", filter, follow);
  const still = useAsk<Answer>("log.search", filter, !follow);
  const { data, error, retry } = follow ? live : still;
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the log" lines={8} />;
  if (data.events.length === 0) {
    return (
      <Empty icon="log" title="Nothing like that happened">
        Try fewer words, another type or a longer time.
      </Empty>
    );
  }
  const shown = frozen ?? data;
  const waiting = sinceTop(data, shown);
  const last = shown.events.at(-1);
  return (
    <>
      {waiting > 0 && (
        <Notch onPress={() => setFrozen(undefined)}>Show {count(waiting, "new fact")}</Notch>
      )}
      <Rows events={shown.events} open={open} />
      {shown.more && last && (
        <Older filter={filter} before={last.position} open={open} onAsk={() => setFrozen(data)} />
      )}
    </>
  );
}

/** Everything that ever happened, in words, with who and why. */
export function LogPage(): ReactNode {
  const wanted = useWanted();
  const filter = useFilter(wanted);
  const [follow, setFollow] = useState(true);
  const event = Number(usePlace().search.get("event") ?? 0);
  return (
    <>
      <PageHead
        title="Log"
        says="Everything that happened, in words, with who and why. It is kept for ever and cannot be changed unnoticed."
      />
      <Filters wanted={wanted} follow={follow} onFollow={() => setFollow(!follow)} />
      <div
        className={
          event > 0 ? "grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(24rem,0.8fr)]" : ""
        }
      >
        <div className={`min-w-0 ${event > 0 ? "max-lg:hidden" : ""}`}>
          <Card className="overflow-hidden" flush>
            <List key={JSON.stringify(filter)} filter={filter} follow={follow} open={event} />
          </Card>
        </div>
        {event > 0 && <WholeEvent key={event} position={event} />}
      </div>
    </>
  );
}
