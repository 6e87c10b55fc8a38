import { type ReactNode, useState } from "react";
import {
  type Approval,
  Button,
  Copyable,
  ProblemView,
  send,
  span,
  useNow,
  useTask,
} from "#console";
import { fieldWords } from "./words.ts";

/** A path belongs behind the address of the console, to be handed over as it is. */
function textOf(field: string, value: unknown): string {
  if (typeof value === "number" && field.endsWith("At")) return new Date(value).toLocaleString();
  if (typeof value !== "string") return JSON.stringify(value);
  return field === "path" ? new URL(value, location.origin).href : value;
}

/** What one asked for was done and gave something, such as a link: it is shown once, to whoever asked. */
export function OutcomeCard({
  approval: { approval, verb, name, heldUntil = 0 },
}: {
  approval: Approval;
}): ReactNode {
  const now = useNow();
  const task = useTask();
  const [outcome, setOutcome] = useState<Record<string, unknown>>();
  const show = () =>
    void task.run(async () => {
      const seen = await send<{ outcome: Record<string, unknown> }>("approvals.look", {
        ...{ approval, outcome: true },
      });
      setOutcome(seen.outcome);
    });
  return (
    <li className="rounded-xl border border-line border-l-4 border-l-good bg-surface p-5 shadow-card max-sm:p-4">
      <h2 className="text-lg font-semibold break-words">
        {name} <span className="font-mono text-sm font-normal text-muted">{verb}</span>
      </h2>
      <p className="mt-1 text-sm">
        It was approved and done. What came of it is shown once, to you alone;{" "}
        {span(Math.max(0, heldUntil - now))} left.
      </p>
      {task.error && (
        <div className="mt-3">
          <ProblemView error={task.error} />
        </div>
      )}
      {outcome === undefined ? (
        <div className="mt-4 flex justify-end">
          <Button
            kind="primary"
            busy={task.busy}
            aria-label={`Show what came of ${verb}: ${name}`}
            onClick={show}
          >
            Show it
          </Button>
        </div>
      ) : (
        <dl className="mt-3 grid gap-3 text-sm">
          {Object.entries(outcome).map(([field, value]) => (
            <div key={field}>
              <dt className="text-muted">{fieldWords(field)}</dt>
              <dd>
                <Copyable text={textOf(field, value)} label={fieldWords(field)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
