import type { ReactNode } from "react";
import { Ago, amount, Badge, type ErrorIssues, Icon, Link } from "#console";
import { Sparkline } from "./sparkline.tsx";
import { toneOf } from "./tone.ts";

export type Issue = ErrorIssues["issues"][number];
type ListProps = {
  issues: readonly Issue[];
  /** Which one the keys are about; the page follows it once a key has moved it. */
  cursor: number;
  moved: boolean;
  picked: ReadonlySet<string>;
  span: string;
  nameOf: (assignee: string) => string;
  onPick: (id: string) => void;
};

/** Keeps what the keys are about in sight. */
const intoSight = (row: HTMLLIElement | null): void => row?.scrollIntoView({ block: "nearest" });

/** A line for each bug. What it says came from outside and is shown as text. */
export const IssueList = ({
  issues,
  cursor,
  moved,
  picked,
  span,
  nameOf,
  onPick,
}: ListProps): ReactNode => (
  <ul aria-label="Errors" className="divide-y divide-line border-t border-line">
    {issues.map((issue, place) => (
      <li
        key={issue.id}
        ref={place === cursor && moved ? intoSight : undefined}
        aria-current={place === cursor ? "true" : undefined}
        className={`grid scroll-my-24 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-l-3 py-3 pr-5 pl-4 hover:bg-hover lg:grid-cols-[auto_minmax(0,1fr)_9rem_4rem_4rem_6rem] ${place === cursor ? "border-l-accent bg-hover" : "border-l-transparent"}`}
      >
        <input
          type="checkbox"
          checked={picked.has(issue.id)}
          onChange={() => onPick(issue.id)}
          aria-label={`Select ${issue.id}`}
          className="size-4 accent-(--accent)"
        />
        <What issue={issue} nameOf={nameOf} />
        <div className="max-lg:hidden">
          <Sparkline counts={issue.graph} label={`Events of ${issue.id} in ${span}`} />
        </div>
        <Figure value={issue.events} what="events" />
        <div className="max-lg:hidden">
          <Figure value={issue.users} what="users" />
        </div>
        <p className="text-right text-xs text-muted max-lg:hidden">
          <Ago at={issue.lastAt} />
        </p>
      </li>
    ))}
  </ul>
);

const Figure = ({ value, what }: { value: number; what: string }): ReactNode => (
  <p className="text-right text-sm font-medium">
    {amount(value)} <span className="block text-xs font-normal text-faint">{what}</span>
  </p>
);

const What = ({
  issue,
  nameOf,
}: {
  issue: Issue;
  nameOf: (assignee: string) => string;
}): ReactNode => (
  <div className="min-w-0">
    <Link href={`/errors?issue=${issue.id}`} className="block truncate text-sm hover:underline">
      <span className="font-semibold">{issue.type}</span>{" "}
      <span className="text-muted">{issue.value}</span>
    </Link>
    <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-faint">
      <Badge tone={toneOf(issue.state)}>{issue.state}</Badge>
      <span>{issue.id}</span>
      <span className="max-w-full truncate">{issue.culprit}</span>
      {issue.assignee !== undefined && (
        <span className="inline-flex max-w-48 items-center gap-1 truncate">
          <Icon name="people" className="size-3.5" /> {nameOf(issue.assignee)}
        </span>
      )}
      {issue.link !== undefined && (
        <span className="inline-flex items-center gap-1">
          <Icon name="link" className="size-3.5" /> filed
        </span>
      )}
    </p>
  </div>
);
