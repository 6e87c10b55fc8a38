import type { ReactNode } from "react";
import {
  At,
  Badge,
  count,
  Dialog,
  For,
  Link,
  Loading,
  type PagingPage,
  ProblemView,
  RunbookLinks,
  span,
  type Tone,
  useAsk,
} from "#console";
import { Deeds } from "./deeds.tsx";

type Proof = PagingPage["deliveries"][number];

const Part = ({ title, children }: { title: string; children: ReactNode }): ReactNode => (
  <section>
    <h3 className="mb-1 text-xs font-semibold text-muted">{title}</h3>
    {children}
  </section>
);

const states: Record<Proof["state"], [Tone, string]> = {
  intended: ["none", "waits"],
  sending: ["warn", "being sent"],
  accepted: ["good", "taken"],
  failed: ["bad", "failed"],
  folded: ["none", "in the digest"],
  dropped: ["none", "not needed"],
};
const stateOf = ({ state, deliveredAt }: Proof): [Tone, string] =>
  deliveredAt === null ? states[state] : ["good", "arrived"];

/** Where each message of a page is: meant, sent, taken, arrived. */
const Proofs = ({ deliveries }: { deliveries: readonly Proof[] }): ReactNode => (
  <ul className="divide-y divide-line">
    {deliveries.map((each) => {
      const [tone, word] = stateOf(each);
      const at = each.deliveredAt ?? each.acceptedAt ?? each.lastAttemptAt ?? each.dueAt;
      return (
        <li
          key={each.delivery}
          className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-1.5 text-sm"
        >
          <span className="min-w-0 flex-1 truncate">
            {each.person}, {each.channel}
            {each.kind !== "call" && <span className="text-muted"> ({each.kind})</span>}
          </span>
          <span className="text-xs text-muted">
            {each.attempts > 1 && `${count(each.attempts, "attempt")}, `}
            <At at={at} />
          </span>
          <Badge tone={tone}>{word}</Badge>
          {each.why !== null && (
            <span className="basis-full text-xs break-words text-muted">{each.why}</span>
          )}
        </li>
      );
    })}
  </ul>
);

const isWeb = (url: string): boolean => /^https?:\/\//.test(url);

/** Whoever knows by now that nobody had to be woken says so where the rule is looked at. */
function WasNoise({ page: { about, phase } }: { page: PagingPage }): ReactNode {
  const rule = about.labels["objective"] ?? about.labels["alertname"];
  if (phase === "triggered" || rule === undefined) return null;
  return (
    <p className="text-sm">
      <Link
        href={`/alerts?view=noise&rule=${encodeURIComponent(rule)}`}
        className="text-accent hover:underline"
      >
        This page was noise because…
      </Link>
    </p>
  );
}

function Body({ page }: { page: PagingPage }): ReactNode {
  const { about, runbook, changes, deliveries, history } = page;
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-40 flex-1 text-sm text-muted">
          {about.severity}
          {about.service !== null && `, ${about.service}`}, for <For since={about.since} />
          {about.firing > 1 && `, ${count(about.firing, "alert")}`}
          {about.impact.length > 0 && `; also hit: ${about.impact.join(", ")}`}
          {page.before !== null && (
            <>
              . Back after {span(page.triggeredAt - page.before.resolvedAt)}; the time before it
              began at <At at={page.before.triggeredAt} />
            </>
          )}
        </p>
        {page.phase !== "resolved" && <Deeds page={{ ...page, title: about.title }} />}
      </div>
      <WasNoise page={page} />
      <RunbookLinks
        services={about.service === null ? [] : [about.service]}
        alerts={[about.labels["alertname"] ?? []].flat()}
        labels={about.labels}
        text={about.title}
      />
      {runbook !== null && (
        <Part title="Runbook">
          {isWeb(runbook) ? (
            <a
              href={runbook}
              target="_blank"
              rel="noreferrer"
              className="text-sm break-all text-accent underline"
            >
              {runbook}
            </a>
          ) : (
            <p className="text-sm break-words">{runbook}</p>
          )}
        </Part>
      )}
      <Part title="What changed just before">
        {changes.length === 0 ? (
          <p className="text-sm text-muted">Nothing that Castor knows of.</p>
        ) : (
          <ul className="divide-y divide-line">
            {changes.map((each) => (
              <li key={each.position} className="flex gap-3 py-1.5 text-sm">
                <span className="w-20 shrink-0 text-xs leading-5 text-muted">
                  <At at={each.at} />
                </span>
                <a
                  href={`/log?event=${each.position}`}
                  className="min-w-0 break-words hover:underline"
                >
                  {each.says}
                </a>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title="Every message about it">
        <Proofs deliveries={deliveries} />
      </Part>
      <Part title="What happened">
        <ul className="grid gap-1 text-sm">
          {history.map((each) => (
            <li key={`${each.at} ${each.says}`} className="flex gap-3">
              <span className="w-20 shrink-0 text-xs leading-5 text-muted">
                <At at={each.at} />
              </span>
              <span className="min-w-0 break-words">{each.says}</span>
            </li>
          ))}
        </ul>
      </Part>
    </div>
  );
}

/** One page whole: what it is about, what changed before, and where each message is. */
export function PageDialog({
  page,
  onClose,
}: {
  page: string | undefined;
  onClose: () => void;
}): ReactNode {
  const { data, error, retry } = useAsk<PagingPage>("paging.page", { page }, page !== undefined);
  const shown = page === undefined ? undefined : data;
  return (
    <Dialog open={page !== undefined} title={shown?.about.title ?? "A page"} onClose={onClose} wide>
      {error && <ProblemView error={error} retry={retry} />}
      {!shown && !error && <Loading what="the page" lines={5} />}
      {shown && <Body page={shown} />}
    </Dialog>
  );
}
