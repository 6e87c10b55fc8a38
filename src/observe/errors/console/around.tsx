import type { ReactNode } from "react";
import { At, bytes, Card, count, type ErrorEvent, type ErrorIssue, Icon, share } from "#console";

/** What went before, the newest last, as the SDK noted it. */
export const Breadcrumbs = ({ event, most }: { event: ErrorEvent; most: number }): ReactNode =>
  event.breadcrumbs.length === 0 ? null : (
    <Card title="What went before" hint={count(event.breadcrumbs.length, "breadcrumb")}>
      <ol className="space-y-1.5 text-sm">
        {event.breadcrumbs.slice(-most).map((crumb, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
          <li
            key={at}
            className="grid grid-cols-[7.5rem_6rem_minmax(0,1fr)] gap-x-3 max-sm:grid-cols-[7.5rem_minmax(0,1fr)]"
          >
            <span className="text-xs text-faint">
              {crumb.at !== undefined && <At at={crumb.at} />}
            </span>
            <span className="truncate text-xs text-muted">{crumb.category}</span>
            <span
              className={`break-words max-sm:col-span-2 ${crumb.level === "error" ? "text-bad" : ""}`}
            >
              {crumb.message}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );

/** How each tag's values share the events. */
export const Tags = ({
  tags,
  most = 4,
}: Pick<ErrorIssue, "tags"> & { most?: number }): ReactNode =>
  tags.length === 0 ? null : (
    <Card title="Tags">
      <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
        {tags.map(({ name, values }) => {
          const total = values.reduce((sum, { events }) => sum + events, 0);
          return (
            <div key={name} className="min-w-0">
              <dt className="mb-1 truncate text-xs text-faint">{name}</dt>
              {values.slice(0, most).map(({ value, events }) => (
                <dd key={value} className="mb-1 text-sm">
                  <span className="flex gap-2">
                    <span className="min-w-0 grow truncate">{value}</span>
                    <span className="whitespace-nowrap text-muted">{share(events / total)}</span>
                  </span>
                  <progress
                    className="thin-bar"
                    value={events}
                    max={total}
                    aria-label={`${name} ${value}`}
                  />
                </dd>
              ))}
            </div>
          );
        })}
      </dl>
    </Card>
  );

/** What was taken out is shown as taken out, so that nobody wonders. */
export const Scrubbed = ({ event }: { event: ErrorEvent }): ReactNode =>
  event.scrubbed.length === 0 ? null : (
    <Card title="Taken out before it was written" hint={count(event.scrubbed.length, "place")}>
      <ul className="space-y-1 text-sm">
        {event.scrubbed.map(({ path, why }) => (
          <li key={path} className="flex items-baseline gap-2">
            <Icon name="shield" className="size-3.5 text-good" />
            <code className="min-w-0 font-mono text-xs break-all">{path}</code>
            <span className="text-xs text-muted">{why}</span>
          </li>
        ))}
      </ul>
    </Card>
  );

/** Request, user, contexts and what else came, as JSON and so as text. */
export const More = ({ event }: { event: ErrorEvent }): ReactNode => (
  <Card title="What else was sent">
    {event.attachments.length > 0 && (
      <ul className="mb-3 flex flex-wrap gap-2 text-sm" aria-label="Attachments">
        {event.attachments.map(({ id, name, bytes: n }) => (
          <li key={id} className="max-w-full">
            <a
              href={`/api/errors.attachment?id=${id}`}
              download
              className="inline-flex max-w-full items-center gap-2 rounded-md border border-line-strong px-2.5 py-1.5 hover:bg-hover"
            >
              <Icon name="file" className="size-4 text-muted" />
              <span className="truncate">{name}</span>
              <span className="text-xs whitespace-nowrap text-faint">{bytes(n)}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
    <div className="space-y-2">
      {Object.entries(event.more).map(([name, value]) => (
        <details key={name} open={name === "request"}>
          <summary className="text-sm font-medium">{name}</summary>
          <pre
            tabIndex={0}
            aria-label={name}
            className="mt-1 max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
          >
            {JSON.stringify(value, undefined, 2)}
          </pre>
        </details>
      ))}
    </div>
  </Card>
);

/** What people who met it wrote. */
export const Feedback = ({ feedback }: Pick<ErrorIssue, "feedback">): ReactNode =>
  feedback.length === 0 ? null : (
    <Card title="What people wrote" hint={count(feedback.length, "message")}>
      <ul className="space-y-3 text-sm">
        {feedback.map(({ at, name, message }) => (
          <li key={`${at}${message}`}>
            <p className="break-words whitespace-pre-wrap">{message}</p>
            <p className="text-xs text-faint">
              {name} <At at={at} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
