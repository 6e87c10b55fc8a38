import type { ReactNode } from "react";
import {
  type AlertsBefore,
  At,
  Card,
  type Incident,
  Link,
  type StatusPageDraft,
  useAsk,
} from "#console";
import { isOver } from "./words.ts";

/** What changed just before the harm began, the likeliest first, and which numbers were odd then. */
export function Changed({ incident: { times, services } }: { incident: Incident }): ReactNode {
  const of = services.length === 1 ? { service: services[0] } : {};
  const { data } = useAsk<AlertsBefore>("alerts.what-changed", { at: times.started, ...of });
  if (!data || (data.changes.length === 0 && data.anomalies.length === 0)) return null;
  return (
    <Card title="Just before" hint="what changed, the likeliest first">
      <ul className="grid gap-2 text-sm">
        {data.changes.slice(0, 5).map(({ position, at, says }) => (
          <li key={position}>
            <Link href={`/log?event=${position}`} className="hover:underline">
              {says}
            </Link>
            <span className="block text-xs text-muted">
              <At at={at} />
            </span>
          </li>
        ))}
        {data.anomalies.slice(0, 3).map(({ what, says }) => (
          <li key={what} className="text-muted">
            {says}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What people outside know, and what the facts would say to them now. */
export function Outside({ incident }: { incident: Incident }): ReactNode {
  const { data } = useAsk<StatusPageDraft>("status-page.draft", { incident: incident.incident });
  const draft = data?.draft;
  if (!draft) return null;
  const [text = ""] = Object.values(draft.text);
  return (
    <Card
      title="Status page"
      hint={draft.thread === null ? "nobody outside was told yet" : undefined}
    >
      {!isOver(incident) && (
        <blockquote className="border-l-2 border-line-strong pl-3 text-sm text-muted">
          {text}
        </blockquote>
      )}
      <Link
        href={`/status-page?incident=${incident.incident}`}
        className="mt-3 inline-block text-sm font-medium underline"
      >
        {draft.thread === null ? "Tell people outside" : "Post an update"}
      </Link>
    </Card>
  );
}
