import { type ReactNode, useEffect, useState } from "react";
import {
  Ago,
  type Approval,
  Button,
  Dialog,
  Field,
  Form,
  type Me,
  mayDecide,
  ProblemView,
  say,
  send,
  span,
  textOf,
  useName,
  useNow,
  useSend,
  useTask,
  useWho,
} from "#console";
import { endWords, fieldWords } from "./words.ts";

const changes = ["approvals.list"];
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** What exactly would be done, with people by their names. It may hold secrets, so only who decides or asked gets it. */
function Exactly({ approval }: { approval: string }): ReactNode {
  const nameOf = useName();
  const [input, setInput] = useState<Record<string, unknown>>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    send<{ input: Record<string, unknown> }>("approvals.look", { approval }).then(
      (seen) => setInput(seen.input),
      setError,
    );
  }, [approval]);
  if (error) return <ProblemView error={error} />;
  if (input === undefined) return null;
  return (
    <dl className="mt-3 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg bg-sunken p-3 text-sm">
      {Object.entries(input).map(([field, value]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        return (
          <div key={field} className="contents">
            <dt className="text-muted">{fieldWords(field)}</dt>
            <dd className="break-words">
              {text}
              {idPattern.test(text) && <span className="text-muted"> ({nameOf(text)})</span>}
            </dd>
          </div>
        );
      })}
      {Object.keys(input).length === 0 && <p className="text-muted">Nothing was said besides.</p>}
    </dl>
  );
}

function Refuse({ approval: { approval, verb, name } }: { approval: Approval }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const run = useSend(...changes);
  return (
    <>
      <Button aria-label={`Refuse ${verb}: ${name}`} onClick={() => setOpen(true)}>
        Refuse
      </Button>
      <Dialog open={isOpen} title={`Refuse ${verb}: ${name}?`} onClose={() => setOpen(false)}>
        <Form
          submit="Refuse it"
          onSubmit={async (fields) => {
            await run("approvals.refuse", { approval, reason: textOf(fields, "reason") });
            setOpen(false);
            say("It is refused");
          }}
        >
          <Field
            label="Why not?"
            name="reason"
            required
            minLength={3}
            maxLength={500}
            autoComplete="off"
            hint="Whoever asked reads it."
          />
        </Form>
      </Dialog>
    </>
  );
}

function Decide({ approval }: { approval: Approval }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const approve = () =>
    void task.run(async () => {
      const after = await run<{ state: Approval["state"]; why?: string }>("approvals.approve", {
        approval: approval.approval,
      });
      if (after.state === "open") say("Noted; one more has to approve it");
      else
        say(
          `${endWords[after.state]}${after.why ? `: ${after.why}` : ""}`,
          after.state === "done" ? "good" : "bad",
        );
    });
  return (
    <>
      {task.error && (
        <div className="mt-3">
          <ProblemView error={task.error} />
        </div>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Refuse approval={approval} />
        <Button
          kind="danger"
          busy={task.busy}
          aria-label={`Approve, and have it done: ${approval.verb} ${approval.name}`}
          onClick={approve}
        >
          Approve, and have it done
        </Button>
      </div>
    </>
  );
}

function Withdraw({ approval: { approval, verb, name } }: { approval: Approval }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  return (
    <div className="mt-4 flex flex-wrap items-center justify-end gap-3">
      {task.error && <ProblemView error={task.error} />}
      <span className="text-sm text-muted">Somebody else has to decide this.</span>
      <Button
        busy={task.busy}
        aria-label={`Take it back: ${verb} ${name}`}
        onClick={() => void task.run(() => run("approvals.withdraw", { approval }))}
      >
        Take it back
      </Button>
    </div>
  );
}

/** One thing that waits: who wants what, what is lost, and for how long it waits. */
export function OpenCard({ approval, me }: { approval: Approval; me: Me | undefined }): ReactNode {
  const who = useWho();
  const nameOf = useName();
  const now = useNow();
  const { verb, name, what, by, askedAt, expiresAt, needs, approvedBy } = approval;
  const decides = mayDecide(approval, me);
  return (
    <li
      className={`rounded-xl border border-line bg-surface p-5 shadow-card max-sm:p-4 ${decides ? "border-l-4 border-l-warn-fill" : ""}`}
    >
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-muted">
        <span>
          {who(by)} asked <Ago at={askedAt} />
        </span>
        <span className="ml-auto tabular-nums">{span(Math.max(0, expiresAt - now))} left</span>
      </p>
      <h2 className="mt-1 text-lg font-semibold break-words">
        {name} <span className="font-mono text-sm font-normal text-muted">{verb}</span>
      </h2>
      <p className="mt-1 text-sm">
        <span className="font-medium text-bad">Lost:</span> {what}
      </p>
      {needs > 1 && (
        <p className="mt-1 text-sm text-muted">
          {Math.max(1, needs - approvedBy.length)} of {needs} have to approve it
          {approvedBy.length > 0 &&
            `; ${approvedBy.map(({ person }) => nameOf(person)).join(", ")} did`}
          .
        </p>
      )}
      {(decides || approval.asker === me?.id) && <Exactly approval={approval.approval} />}
      {decides && <Decide approval={approval} />}
      {!decides && approval.asker !== null && approval.asker === me?.id && (
        <Withdraw approval={approval} />
      )}
    </li>
  );
}
