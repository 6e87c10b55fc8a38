import { type ReactNode, useEffect, useState } from "react";
import {
  ask,
  Button,
  Dialog,
  Loading,
  ProblemView,
  type RunbookStep,
  send,
  useMay,
  useSend,
  useTask,
} from "#console";

type Command = NonNullable<RunbookStep["command"]>;
type Rehearsal = {
  would: { type: string; says: string }[] | null;
  loses?: { what: string; name: string };
};
type Recorded = { position?: number | null };
export type Ran = { verb: string; position?: number };

const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** The verb and its input, as they are sent. */
export const CommandText = ({ command }: { command: Command }): ReactNode => (
  <code className="block rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs wrap-anywhere">
    <span className="font-semibold">{command.verb}</span>
    {Object.entries(command.input).map(([name, value]) => (
      <span key={name} className="ml-3 inline-block">
        <span className="text-muted">{name}</span> {shown(value)}
      </span>
    ))}
  </code>
);

const Lost = ({ loses: { what, name } }: Required<Pick<Rehearsal, "loses">>): ReactNode => (
  <p className="rounded-md bg-bad-soft p-3 text-sm">
    It destroys {what}: {name}. A second person may have to approve it.
  </p>
);

const Foretold = ({ would }: Rehearsal): ReactNode =>
  would === null ? (
    <p className="text-sm text-muted">
      Its input is right. What it does can only be seen by doing it.
    </p>
  ) : would.length === 0 ? (
    <p className="text-sm">It is already so: nothing would happen.</p>
  ) : (
    <div className="text-sm">
      <p className="text-muted">The log would say:</p>
      <ul className="mt-1 list-disc pl-5">
        {would.map(({ says }) => (
          <li key={says} className="wrap-anywhere">
            {says}
          </li>
        ))}
      </ul>
    </div>
  );

const Answered = ({ answer }: { answer: unknown }): ReactNode => (
  <pre
    className="max-h-[50vh] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
    tabIndex={0}
    aria-label="The answer"
  >
    {JSON.stringify(answer, null, 2)}
  </pre>
);

/** Tries a step's command, tells what would happen, and runs it for whoever presses, through the same door as always. */
function RunDialog({
  command,
  says,
  onRan,
  onClose,
}: {
  command: Command;
  says: string;
  onRan: (ran: Ran) => Promise<unknown>;
  onClose: () => void;
}): ReactNode {
  const trial = useTask();
  const task = useTask();
  const [found, setFound] = useState<Rehearsal | { answer: unknown }>();
  const give = useSend();
  const { verb, input, kind } = command;
  const tryIt = () =>
    trial.run(async () => {
      if (kind === "query") setFound({ answer: await ask(verb, { input: JSON.stringify(input) }) });
      else setFound(await send<Rehearsal>(`${verb}?dry-run=true`, input));
    });
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it is opened.
  useEffect(() => void tryIt(), []);
  const run = () =>
    task.run(async () => {
      const { position } = await give<Recorded>(verb, input);
      await onRan({ verb, ...(typeof position === "number" ? { position } : {}) });
      onClose();
    });
  return (
    <Dialog open title={kind === "query" ? "Look" : "Run this?"} onClose={onClose} wide>
      <div className="grid gap-4">
        <p className="text-sm">{says}</p>
        <div className="grid gap-1.5">
          <CommandText command={command} />
          <p className="text-xs text-muted">{command.about}</p>
        </div>
        {trial.busy && <Loading what="what would happen" lines={2} />}
        {trial.error && <ProblemView error={trial.error} retry={() => void tryIt()} />}
        {found && "answer" in found && <Answered answer={found.answer} />}
        {found && "would" in found && found.loses && <Lost loses={found.loses} />}
        {found && "would" in found && <Foretold {...found} />}
        {task.error && <ProblemView error={task.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{kind === "query" ? "Close" : "Leave it"}</Button>
          {kind === "query" ? (
            <Button
              kind="primary"
              disabled={!found}
              onClick={() => void onRan({ verb }).then(onClose)}
            >
              Seen
            </Button>
          ) : (
            <Button kind="danger" busy={task.busy} disabled={!found} onClick={() => void run()}>
              Run it now
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** What a step runs, and the button for it: it says why it cannot be pressed. */
export function StepCommand({
  command,
  says,
  onRan,
}: {
  command: Command;
  says: string;
  onRan: (ran: Ran) => Promise<unknown>;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const may = useMay(command.allow as Parameters<typeof useMay>[0]);
  const missing = command.needs.map((name) => `$${name}`).join(", ");
  const deed = command.kind === "query" ? "Look" : "Try, then run…";
  return (
    <div className="mt-2 grid gap-2">
      <CommandText command={command} />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon={command.kind === "query" ? "search" : "play"}
          disabled={!may || missing !== ""}
          onClick={() => setOpen(true)}
          aria-label={`${deed}: ${command.verb}`}
        >
          {deed}
        </Button>
        {missing !== "" && <p className="text-xs text-muted">Say above what {missing} is.</p>}
        {missing === "" && !may && (
          <p className="text-xs text-muted">This takes the role {command.allow}.</p>
        )}
      </div>
      {isOpen && (
        <RunDialog command={command} says={says} onRan={onRan} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}
