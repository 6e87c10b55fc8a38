import { type ReactNode, useState } from "react";
import {
  Badge,
  Card,
  count,
  For,
  type PagingNow,
  span,
  type Tone,
  useLive,
  useMay,
  useNow,
} from "#console";
import { AcknowledgeAll, Deeds } from "./deeds.tsx";
import { PageDialog } from "./page.tsx";

type Page = PagingNow["pages"][number];

const severityTone = (severity: Page["about"]["severity"]): Tone =>
  severity === "critical" || severity === "error"
    ? "bad"
    : severity === "warning"
      ? "warn"
      : "none";

/** What is going on with it, in one line. */
const Fate = ({ page }: { page: Page }): ReactNode => {
  const now = useNow();
  const { phase, acknowledgedBy, called, nextAt } = page;
  if (phase === "acknowledged") return <>{acknowledgedBy} sees to it</>;
  const who = called.length === 0 ? "Nobody could be called" : `${called.join(", ")} called`;
  return (
    <>
      {who}
      {nextAt !== null && `, the next step in ${span(nextAt - now)}`}
    </>
  );
};

const Row = ({ page, onOpen }: { page: Page; onOpen: () => void }): ReactNode => {
  const mayAct = useMay("responder");
  const { about, triggeredAt, phase } = page;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 max-sm:px-4">
      <div className="min-w-52 flex-1 max-sm:basis-full">
        <p className="flex flex-wrap items-center gap-2">
          <button
            type="button"
            onClick={onOpen}
            className="line-clamp-3 min-h-6 text-left text-sm font-medium wrap-anywhere underline decoration-line-strong underline-offset-4 hover:decoration-accent"
          >
            {about.title}
          </button>
          <Badge tone={phase === "triggered" ? severityTone(about.severity) : "good"}>
            {phase === "triggered" ? about.severity : "acknowledged"}
          </Badge>
        </p>
        <p className="text-xs text-muted">
          {about.service !== null && `${about.service}, `}
          for <For since={triggeredAt} />. <Fate page={page} />
        </p>
      </div>
      {mayAct && <Deeds page={{ ...page, title: about.title }} />}
    </li>
  );
};

/** Fewer are taken one by one. */
const stormFrom = 3;

/** What somebody is needed for right now; nothing at all where nobody is. */
export function NeededNow(): ReactNode {
  const { data } = useLive<PagingNow>("paging.now");
  const [open, setOpen] = useState<string>();
  const mayAct = useMay("responder");
  if (!data || data.pages.length === 0) return null;
  const waiting = data.pages.filter(({ phase }) => phase === "triggered");
  return (
    <Card
      title="Needed now"
      hint={count(waiting.length, "page waits", "pages wait")}
      aside={mayAct && waiting.length >= stormFrom && <AcknowledgeAll pages={waiting} />}
      className="mb-6"
      flush
    >
      <ul className="divide-y divide-line">
        {data.pages.map((each) => (
          <Row key={each.page} page={each} onOpen={() => setOpen(each.page)} />
        ))}
      </ul>
      <PageDialog page={open} onClose={() => setOpen(undefined)} />
    </Card>
  );
}
