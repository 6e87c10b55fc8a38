import type { ReactNode } from "react";
import { ProblemError, type ProblemShown } from "../live/api.ts";
import { Link } from "../shell/router.tsx";
import { Button } from "./basics.tsx";
import { Icon } from "./icon.tsx";
import { problemId, useProblemPages } from "./problem-page.tsx";
import { Prose } from "./prose.tsx";

const unknownProblem = (error: Error): ProblemShown => ({
  status: 0,
  title: "Something went wrong in this page",
  detail: error.message,
  type: "console",
  fields: [],
  help: "Load the page again. If it happens twice, please report it with these words.",
});

const Fields = ({ fields }: Pick<ProblemShown, "fields">): ReactNode => (
  <ul className="mt-1 list-disc pl-5 empty:hidden">
    {fields.map(({ path, message }) => (
      <li key={`${path} ${message}`}>
        {path === "" ? "" : `${path}: `}
        {message}
      </li>
    ))}
  </ul>
);

/** It was not done, and nothing is wrong: somebody else was asked. */
const Asked = ({ approval }: { approval: string }): ReactNode => (
  <div
    role="status"
    className="flex gap-3 rounded-lg border border-line bg-accent-soft p-4 text-sm text-ink"
  >
    <Icon name="people" className="mt-0.5 size-5 text-accent" />
    <div className="min-w-0 flex-1">
      <p className="font-semibold">A second person was asked</p>
      <p className="mt-0.5">
        It destroys something. As soon as somebody else approves it, it is done;{" "}
        <Link href={`/approvals?approval=${approval}`} className="underline">
          see what waits
        </Link>
        .
      </p>
    </div>
  </div>
);

/** Why something did not work, in words: what it is, what happened, what to do. */
export function ProblemView({ error, retry }: { error: Error; retry?: () => void }): ReactNode {
  const problem = error instanceof ProblemError ? error.problem : unknownProblem(error);
  const { approval } = problem;
  return approval === undefined ? (
    <Refused problem={problem} {...(retry ? { retry } : {})} />
  ) : (
    <Asked approval={approval} />
  );
}

function Refused({ problem, retry }: { problem: ProblemShown; retry?: () => void }): ReactNode {
  const { title, detail, type, fields } = problem;
  const id = problemId(type);
  const page = useProblemPages()?.[id];
  const help = problem.help ?? page?.todo;
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-lg border border-bad/30 bg-bad-soft p-4 text-sm text-ink max-sm:flex-wrap"
    >
      <Icon name="warning" className="mt-0.5 size-5 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {detail !== title && fields.length === 0 && <p className="mt-0.5 break-words">{detail}</p>}
        <Fields fields={fields} />
        {help && (
          <div className="mt-1">
            <Prose text={help} />
          </div>
        )}
        {page && (
          <Link
            href={`/problems/${id}`}
            className="mt-1 block font-mono text-xs break-all text-muted underline"
          >
            {id}
          </Link>
        )}
      </div>
      {retry && (
        <Button icon="reload" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
