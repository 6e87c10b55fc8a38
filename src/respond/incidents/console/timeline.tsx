import { type ReactNode, useEffect, useRef } from "react";
import {
  duration,
  fullTime,
  Icon,
  type IconName,
  type IncidentGraph,
  type IncidentRow,
  type IncidentTimeline,
  Link,
  Loading,
  Markdown,
  ProblemView,
  time,
  TimeChart,
  useLive,
  useMay,
  useName,
  useWho,
} from "#console";
import { Composer, Unsents } from "./composer.tsx";
import { TakeAway } from "./take-away.tsx";

const looks: Readonly<Record<IncidentRow["kind"], { icon: IconName; tone: string; word: string }>> =
  {
    change: { icon: "settings", tone: "bg-accent-soft text-accent", word: "Change" },
    sign: { icon: "warning", tone: "bg-warn-soft text-warn", word: "Sign" },
    page: { icon: "phone", tone: "bg-bad-soft text-bad", word: "Page" },
    person: { icon: "person", tone: "bg-sunken text-muted", word: "Person" },
    status: { icon: "mail", tone: "bg-good-soft text-good", word: "Told outside" },
  };

type RowProps = {
  row: IncidentRow;
  id: string;
  by: string;
  about: string | undefined;
  mayAct: boolean;
};
const Row = ({ row, id, by, about, mayAct }: RowProps): ReactNode => {
  const { icon, tone, word } = looks[row.kind];
  const says = row.says.startsWith(`${id}: `) ? row.says.slice(id.length + 2) : row.says;
  return (
    <li className="relative flex gap-3 pb-4 before:absolute before:top-7 before:bottom-0 before:left-3.5 before:w-px before:bg-line last:before:hidden">
      <span
        className={`relative z-1 mt-0.5 inline-flex size-7 shrink-0 items-center justify-center rounded-full ${tone}`}
      >
        <Icon name={icon} className="size-3.5" />
        <span className="sr-only">{word}</span>
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <p className="text-xs text-faint">
          <Link href={row.link} className="tabular-nums hover:underline" title={fullTime(row.at)}>
            {time(row.at, row.at)}
          </Link>{" "}
          {by}
        </p>
        {row.note === undefined ? (
          <p className={`break-words ${row.isTakenAway ? "text-muted italic" : ""}`}>
            {says}
            {about !== undefined && <span className="text-muted"> ({about})</span>}
          </p>
        ) : (
          <div className="mt-1 flex items-start gap-2 rounded-lg bg-sunken px-3 py-2 break-words">
            <div className="min-w-0 flex-1">
              <Markdown text={row.note} top={4} />
            </div>
            {mayAct && row.noteId !== undefined && <TakeAway incident={id} row={row} />}
          </div>
        )}
        {row.graph && <Graph graph={row.graph} />}
      </div>
    </li>
  );
};

const colors: Readonly<Record<string, string>> = {
  ...{ "2xx": "--chart-2xx", "3xx": "--chart-3xx", "4xx": "--chart-4xx", "5xx": "--chart-5xx" },
  ...{ p50: "--chart-p50", p95: "--chart-p95", p99: "--chart-p99" },
};

/** A graph as it was when it was pinned. */
function Graph({ graph: { title, unit, at, lines } }: { graph: IncidentGraph }): ReactNode {
  const drawn = lines.map(({ name, values }) => ({
    label: name,
    color: colors[name] ?? "--chart-p50",
    values,
  }));
  const isTime = unit === "ms";
  return (
    <div className="mt-2 rounded-lg border border-line p-3">
      <p className="text-xs text-muted">
        {isTime ? "50, 95 and 99 % were faster" : `${unit}, by status`}, as it was then
      </p>
      <TimeChart
        at={at}
        lines={drawn}
        stacked={!isTime}
        height={140}
        {...(isTime ? { format: duration } : {})}
        label={`${title}, as it was when it was pinned`}
      />
    </div>
  );
}

/** Everything that the log says about an incident, and a place to add to it. */
export function Timeline({ incident }: { incident: string }): ReactNode {
  const { data, error, retry } = useLive<IncidentTimeline>("incidents.timeline", { incident });
  const mayAct = useMay("responder");
  const who = useWho();
  const nameOf = useName();
  const end = useRef<HTMLDivElement>(null);
  const length = data?.rows.length ?? 0;
  const seen = useRef(0);
  useEffect(() => {
    // Whoever reads at the end stays there; the first look is at what is newest.
    const box = end.current?.parentElement;
    if (!box || length === seen.current) return;
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 240;
    if (seen.current === 0 || isAtEnd) box.scrollTop = box.scrollHeight;
    seen.current = length;
  }, [length]);
  return (
    <section
      className="flex min-w-0 flex-col rounded-xl border border-line bg-surface shadow-card"
      aria-label="Timeline"
    >
      <header className="flex items-center px-5 pt-4 max-sm:px-4">
        <h2 className="text-sm font-semibold">Timeline</h2>
        {data?.isCut === true && (
          <p className="ml-3 text-xs text-warn">Only the newest 2,000 facts</p>
        )}
      </header>
      <div
        className="max-h-[62vh] min-h-40 overflow-y-auto p-5 pb-2 max-sm:px-4"
        tabIndex={0}
        role="log"
        aria-label="What happened"
      >
        {error && <ProblemView error={error} retry={retry} />}
        {!data && !error && <Loading what="the timeline" lines={6} />}
        <ol>
          {data?.rows.map((row) => (
            <Row
              key={row.position}
              row={row}
              id={incident}
              by={who(row.by)}
              mayAct={mayAct}
              about={row.person === undefined ? undefined : nameOf(row.person)}
            />
          ))}
        </ol>
        <div ref={end} />
      </div>
      <Unsents incident={incident} />
      {mayAct && <Composer incident={incident} />}
    </section>
  );
}
