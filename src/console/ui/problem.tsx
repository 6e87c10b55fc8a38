import type { ReactNode } from "react";
import { ProblemError } from "../live/api.ts";
import { Button } from "./basics.tsx";
import { Icon } from "./icon.tsx";

const unknownProblem = (error: Error) => ({
  title: "Something went wrong in this page",
  detail: error.message,
  type: "console",
  help: "Load the page again. If it happens twice, please report it with these words.",
});

/** Why something did not work, in words: what it is, what happened, what to do. */
export function ProblemView({ error, retry }: { error: Error; retry?: () => void }): ReactNode {
  const { title, detail, type, help } =
    error instanceof ProblemError ? error.problem : unknownProblem(error);
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-lg border border-bad/30 bg-bad-soft p-4 text-sm text-ink"
    >
      <Icon name="warning" className="mt-0.5 size-5 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {detail !== title && <p className="mt-0.5 break-words">{detail}</p>}
        {help && <p className="mt-1">{help}</p>}
        <p className="mt-1 font-mono text-xs break-all text-muted">
          {type.replace(/^.*\/problems\//, "")}
        </p>
      </div>
      {retry && (
        <Button icon="reload" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
