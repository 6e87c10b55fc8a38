import { type ReactNode, useState } from "react";
import {
  Button,
  Card,
  Empty,
  fullTime,
  Link,
  ProblemView,
  textOf,
  Form,
  useSend,
  useTask,
  useWho,
} from "#console";
import { changes, type Whole } from "./words.ts";

type Row = Whole["rows"][number];
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

const kindWords: Readonly<Record<Row["kind"], string>> = {
  change: "change",
  sign: "sign",
  page: "page",
  person: "person",
  status: "told outside",
};

function Note({ pm, row, onDone }: { pm: Whole; row: Row; onDone: () => void }): ReactNode {
  const run = useSend(...changes);
  return (
    <Form
      submit="Keep the note"
      aside={<Button onClick={onDone}>Never mind</Button>}
      onSubmit={async (fields) => {
        await run("post-mortems.choose-row", {
          ...{ postMortem: pm.postMortem, position: row.position, shown: true },
          note: textOf(fields, "note"),
        });
        onDone();
      }}
    >
      <label className="sr-only" htmlFor={`note-${row.position}`}>
        What there is to say about it
      </label>
      <textarea
        id={`note-${row.position}`}
        name="note"
        rows={2}
        maxLength={2_000}
        defaultValue={row.annotation ?? ""}
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink max-sm:text-base"
      />
    </Form>
  );
}

function OneRow({ pm, row, mayEdit }: { pm: Whole; row: Row; mayEdit: boolean }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const who = useWho();
  const [isOpen, setOpen] = useState(false);
  const choose = (shown: boolean) =>
    void task.run(() =>
      run("post-mortems.choose-row", {
        ...{ postMortem: pm.postMortem, position: row.position, shown },
        ...(row.annotation === undefined ? {} : { note: row.annotation }),
      }),
    );
  return (
    <li className="flex flex-wrap gap-x-4 gap-y-1 py-2.5 text-sm">
      <span className="w-20 shrink-0 tabular-nums text-muted" title={fullTime(row.at)}>
        {pm.origin ? (
          clock(row.at)
        ) : (
          <Link href={row.link} className="underline decoration-line-strong hover:text-ink">
            {clock(row.at)}
          </Link>
        )}
      </span>
      <span className={`min-w-0 flex-1 basis-60 ${row.isShown ? "" : "text-muted line-through"}`}>
        <span className="block break-words">{row.says}</span>
        <span className="block text-xs text-muted">
          {kindWords[row.kind]} · {who(row.by)} · fact {row.position}
        </span>
        {row.annotation !== undefined && (
          <span className="mt-1 block border-l-2 border-accent pl-2">{row.annotation}</span>
        )}
        {isOpen && <Note pm={pm} row={row} onDone={() => setOpen(false)} />}
        {task.error && <ProblemView error={task.error} />}
      </span>
      {mayEdit && (
        <span className="flex gap-1 print:hidden">
          <Button
            kind="quiet"
            aria-label={`Note on fact ${row.position}`}
            onClick={() => setOpen(!isOpen)}
          >
            Note
          </Button>
          <Button
            kind="quiet"
            busy={task.busy}
            aria-label={`${row.isShown ? "Hide" : "Show"} fact ${row.position}`}
            onClick={() => choose(!row.isShown)}
          >
            {row.isShown ? "Hide" : "Show"}
          </Button>
        </span>
      )}
    </li>
  );
}

/** The facts of the log: shown or hidden, with notes, never moved in time. */
export function Rows({ pm, mayEdit }: { pm: Whole; mayEdit: boolean }): ReactNode {
  const [isAll, setAll] = useState(false);
  const hidden = pm.rows.filter(({ isShown }) => !isShown).length;
  const rows = pm.rows.filter(({ isShown }) => isAll || isShown);
  return (
    <Card
      title="Timeline"
      hint="Times are UTC and the log’s; each opens its evidence"
      aside={
        hidden > 0 && (
          <Button kind="quiet" onClick={() => setAll(!isAll)}>
            {isAll ? "Only those shown" : `${hidden} hidden`}
          </Button>
        )
      }
    >
      {pm.isCut && <p className="mb-2 text-xs text-warn">Only the newest 2,000 facts.</p>}
      {rows.length === 0 ? (
        <Empty icon="log" title="No fact is shown">
          The log has nothing to tell of that time, or all of it is hidden.
        </Empty>
      ) : (
        <ol className="-my-2 divide-y divide-line">
          {rows.map((row) => (
            <OneRow key={row.position} pm={pm} row={row} mayEdit={mayEdit} />
          ))}
        </ol>
      )}
    </Card>
  );
}
