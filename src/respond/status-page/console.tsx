import type { ReactNode } from "react";
import {
  ask,
  Badge,
  Card,
  Empty,
  type Incidents,
  Link,
  Loading,
  PageHead,
  ProblemView,
  type StatusPageDraft,
  type StatusPagePicture,
  type StatusPageSubscribers,
  type StatusPageTargets,
  useLive,
  useMay,
  usePlace,
} from "#console";
import { OpenIncident, Planned } from "./console/open.tsx";
import { PlanButton } from "./console/plan.tsx";
import { Subscribers, Targets } from "./console/reach.tsx";
import { inFirst, statusTone, statusWords } from "./console/words.ts";
import { nothing, WriteButton } from "./console/write.tsx";

type Reach = { subscribers: number; testers: number };

/** Incidents of ours that nobody outside was told of: the facts have a draft for each. */
function Untold({ picture, reach }: { picture: StatusPagePicture; reach: Reach }): ReactNode {
  const { data } = useLive<Incidents>("incidents.all", { open: true });
  const told = new Set(picture.incidents.map(({ incident }) => incident));
  const open = (data?.incidents ?? []).filter(({ incident }) => !told.has(incident));
  const { page, components } = picture;
  const asked = usePlace().search.get("incident");
  const begin = async (incident: string) => {
    const { draft } = await ask<StatusPageDraft>("status-page.draft", { incident });
    return draft === null ? { ...nothing, incident } : { ...draft, incident, thread: undefined };
  };
  if (open.length === 0) return null;
  return (
    <Card title="Nobody outside was told of" flush>
      <ul className="divide-y divide-line">
        {open.map(({ incident, title }) => (
          <li key={incident} className="flex flex-wrap items-center gap-3 px-5 py-3 max-sm:px-4">
            <Link href={`/incidents?incident=${incident}`} className="grow text-sm underline">
              {title}
            </Link>
            <WriteButton
              {...{ page, components, reach }}
              label="Write from the facts"
              title={title}
              begin={() => begin(incident)}
              isAsked={asked === incident}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

const Parts = ({ picture }: { picture: StatusPagePicture }): ReactNode => (
  <Card title="As readers see it" flush>
    <ul className="divide-y divide-line">
      {picture.components.map(({ id, name, status }) => (
        <li key={id} className="flex items-center gap-3 px-5 py-2.5 max-sm:px-4">
          <span className="grow text-sm">{inFirst(name, picture.page.languages)}</span>
          <Badge tone={statusTone[status]}>{statusWords[status]}</Badge>
        </li>
      ))}
    </ul>
  </Card>
);

function Head({ picture, reach }: { picture: StatusPagePicture; reach: Reach }): ReactNode {
  const { page, components } = picture;
  const may = useMay("responder");
  return (
    <PageHead
      title="Status page"
      says="What people outside are told. Everything here is on the page at once, and goes to whoever asked to be told."
    >
      <a
        href="/status/"
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-9 items-center px-2 text-sm underline max-sm:min-h-11"
      >
        Look at it
      </a>
      {may && (
        <>
          <PlanButton {...{ page, components }} />
          <WriteButton
            {...{ page, components, reach }}
            kind="primary"
            label="Tell people"
            title="What is wrong?"
            begin={() => nothing}
          />
        </>
      )}
    </PageHead>
  );
}

function Whole({ picture, reach }: { picture: StatusPagePicture; reach: Reach }): ReactNode {
  const open = picture.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const coming = picture.maintenances
    .filter(({ resolvedAt }) => resolvedAt === null)
    .toSorted((a, b) => a.from - b.from);
  return (
    <>
      {open.map((each) => (
        <OpenIncident key={each.thread} of={each} picture={picture} reach={reach} />
      ))}
      <Untold picture={picture} reach={reach} />
      {picture.components.length === 0 ? (
        <Empty icon="services" title="The page has no parts yet">
          Name them in <code className="font-mono">castor.yaml</code>:{" "}
          <code className="font-mono">
            {"status-page: { components: { shop: { name: Shop, service: shop } } }"}
          </code>
        </Empty>
      ) : (
        <Parts picture={picture} />
      )}
      {coming.length > 0 && (
        <Card title="Maintenance" flush>
          <ul className="divide-y divide-line">
            {coming.map((each) => (
              <Planned key={each.thread} of={each} picture={picture} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

/** What people outside are told: the page as they see it, what to say next, who hears it, and where it lives. */
export function StatusPage(): ReactNode {
  const now = useLive<StatusPagePicture>("status-page.now");
  const subscribers = useLive<StatusPageSubscribers>("status-page.subscribers");
  const targets = useLive<StatusPageTargets>("status-page.targets");
  const reach = {
    subscribers: (subscribers.data?.kinds ?? []).reduce((sum, each) => sum + each.confirmed, 0),
    testers: subscribers.data?.testers ?? 0,
  };
  return (
    <>
      {now.data ? (
        <Head picture={now.data} reach={reach} />
      ) : (
        <PageHead title="Status page" says="What people outside are told." />
      )}
      {now.error && <ProblemView error={now.error} retry={now.retry} />}
      {!now.data && !now.error && <Loading what="the page" lines={6} />}
      <div className="grid gap-4">
        {now.data && <Whole picture={now.data} reach={reach} />}
        {targets.data && <Targets of={targets.data} />}
        {subscribers.data && <Subscribers of={subscribers.data} />}
      </div>
    </>
  );
}
