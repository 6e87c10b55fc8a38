import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Button,
  fullTime,
  Icon,
  type IconName,
  type IncidentRow,
  type IncidentTimeline,
  Link,
  Loading,
  ProblemView,
  Prose,
  time,
  useLive,
  useMay,
  useName,
  usePageKeys,
  useSend,
  useTask,
  useWho,
} from "#console";

const looks: Readonly<Record<IncidentRow["kind"], { icon: IconName; tone: string; word: string }>> =
  {
    change: { icon: "settings", tone: "bg-accent-soft text-accent", word: "Change" },
    sign: { icon: "warning", tone: "bg-warn-soft text-warn", word: "Sign" },
    page: { icon: "phone", tone: "bg-bad-soft text-bad", word: "Page" },
    person: { icon: "person", tone: "bg-sunken text-muted", word: "Person" },
    status: { icon: "mail", tone: "bg-good-soft text-good", word: "Told outside" },
  };

type RowProps = { row: IncidentRow; id: string; by: string; about: string | undefined };
const Row = ({ row, id, by, about }: RowProps): ReactNode => {
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
          <p className="break-words">
            {says}
            {about !== undefined && <span className="text-muted"> ({about})</span>}
          </p>
        ) : (
          <div className="mt-1 rounded-lg bg-sunken px-3 py-2 break-words">
            <Prose text={row.note} />
          </div>
        )}
      </div>
    </li>
  );
};

/** A name for a note, made where it is written: what is sent twice over a bad line is noted once. */
const newName = (): string => crypto.randomUUID();

function Composer({ incident }: { incident: string }): ReactNode {
  const run = useSend("incidents.timeline");
  const task = useTask();
  const [text, setText] = useState("");
  const name = useRef(newName());
  const box = useRef<HTMLTextAreaElement>(null);
  usePageKeys([{ key: "n", what: "Write a note", press: () => box.current?.focus() }]);
  const write = async (): Promise<void> => {
    const said = text.trim();
    if (said === "" || task.busy) return;
    const isNoted = await task.run(() =>
      run("incidents.note", { incident, text: said, note: name.current }),
    );
    if (!isNoted) return;
    name.current = newName();
    setText("");
  };
  return (
    <form
      className="border-t border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
    >
      <label htmlFor="note" className="sr-only">
        A note for the timeline
      </label>
      <textarea
        id="note"
        ref={box}
        rows={2}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void write();
          }
        }}
        placeholder="What do you see, what do you do? Enter sends, Shift+Enter begins a line."
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink placeholder:text-faint max-sm:text-base"
      />
      {task.error && <ProblemView error={task.error} retry={() => void write()} />}
      <div className="mt-2 flex justify-end">
        <Button type="submit" kind="primary" busy={task.busy} disabled={text.trim() === ""}>
          Note it
        </Button>
      </div>
    </form>
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
              about={row.person === undefined ? undefined : nameOf(row.person)}
            />
          ))}
        </ol>
        <div ref={end} />
      </div>
      {mayAct && <Composer incident={incident} />}
    </section>
  );
}
