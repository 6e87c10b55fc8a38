import type { ReactNode } from "react";
import {
  Ago,
  amount,
  Badge,
  Card,
  type ErrorEvent,
  type ErrorIssue,
  Link,
  Loading,
  ProblemView,
  useAsk,
} from "#console";
import { Breadcrumbs, Feedback, Scrubbed, Tags } from "./around.tsx";
import type { Issue } from "./list.tsx";
import { Sparkline } from "./sparkline.tsx";
import { Stacks } from "./stack.tsx";
import { toneOf } from "./tone.ts";

type CardProps = { issue: Issue; next: string | undefined; decided: string | undefined };

/** All that it takes to decide, on one screen. */
export function TriageCard({ issue, next, decided }: CardProps): ReactNode {
  const whole = useAsk<ErrorIssue>("errors.issue", { issue: issue.id });
  const last = useAsk<ErrorEvent>("errors.event", { issue: issue.id, event: "last" });
  // Asked ahead, so that the next decision waits for nothing.
  useAsk<ErrorIssue>("errors.issue", { issue: next ?? "" }, next !== undefined);
  useAsk<ErrorEvent>("errors.event", { issue: next ?? "", event: "last" }, next !== undefined);
  return (
    <article aria-label={`${issue.id}: ${issue.type}`}>
      <h2 className="text-lg font-semibold break-words">
        <Link href={`/errors?issue=${issue.id}`} className="hover:underline">
          {issue.type}
        </Link>
      </h2>
      <p className="max-h-16 overflow-y-auto text-sm break-words text-muted">{issue.value}</p>
      <p className="mt-1.5 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-faint">
        <Badge tone={toneOf(issue.state)}>{issue.state}</Badge>
        {decided !== undefined && <Badge tone="good">{decided}</Badge>}
        <span>{issue.id}</span>
        <span className="break-all">{issue.culprit}</span>
        <span>{issue.handled ? "handled" : "unhandled"}</span>
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="grid min-w-0 gap-4">
          {last.error && <ProblemView error={last.error} retry={last.retry} />}
          {!last.data && !last.error && <Loading what="the occurrence" lines={6} />}
          {last.data && (
            <>
              <Stacks event={last.data} brief key={last.data.event} />
              <Breadcrumbs event={last.data} most={6} />
              <Scrubbed event={last.data} />
            </>
          )}
        </div>
        {/* On a phone the figures stand above the stack, and the rest of them below it. */}
        <div className="grid min-w-0 gap-4 max-lg:contents">
          <Card className="max-lg:order-first">
            <Sparkline counts={issue.graph} label={`Events of ${issue.id} in fourteen days`} wide />
            <dl className="mt-3 grid grid-cols-2 gap-3 text-sm">
              <Figure name="Events" value={amount(issue.events)} />
              <Figure name="Users" value={amount(issue.users)} />
              <Figure
                name="First seen"
                value={<Ago at={issue.firstAt} />}
                hint={issue.firstRelease}
              />
              <Figure name="Last seen" value={<Ago at={issue.lastAt} />} hint={issue.lastRelease} />
            </dl>
          </Card>
          {whole.data && <Feedback feedback={whole.data.feedback} />}
          {whole.data && <Tags tags={whole.data.tags.slice(0, 6)} most={2} />}
        </div>
      </div>
    </article>
  );
}

type FigureProps = { name: string; value: ReactNode; hint?: string | undefined };
const Figure = ({ name, value, hint }: FigureProps): ReactNode => (
  <div className="min-w-0">
    <dt className="text-xs text-faint">{name}</dt>
    <dd className="font-semibold">{value}</dd>
    {hint !== undefined && (
      <dd className="truncate text-xs text-muted" title={hint}>
        {hint}
      </dd>
    )}
  </div>
);
