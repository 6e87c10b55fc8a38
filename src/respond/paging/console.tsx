import type { ReactNode } from "react";
import {
  Card,
  Empty,
  Loading,
  type PagingPeople,
  ProblemView,
  useAsk,
  useMay,
  useMe,
} from "#console";
import { ChannelRow } from "./console/channel.tsx";

export { NeededNow } from "./console/needed.tsx";
export { Simulator } from "./console/simulator.tsx";

type Person = PagingPeople["people"][number];

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

const example = (email: string): string => `paging:
  people:
    ${email.split("@")[0]?.replaceAll(/[^a-z0-9-]/g, "-") ?? "me"}:
      account: ${email}
      channels:
        - { kind: push }
        - { kind: email, to: ${email}, after: 2m }`;

const Hours = ({ person: { zone, wakes, sleeps } }: { person: Person }): ReactNode => (
  <p className="text-sm text-muted">
    {wakes === sleeps ? (
      "What can wait comes at any hour."
    ) : (
      <>
        What can wait comes between{" "}
        <span className="font-medium text-ink">
          {clock(wakes)} and {clock(sleeps)}
        </span>{" "}
        ({zone}). What cannot wait comes at any hour.
      </>
    )}
  </p>
);

const Ways = ({ person }: { person: Person }): ReactNode => (
  <Card
    title="How you are called"
    hint={`as ${person.person}; one after the other until you answer`}
  >
    <div className="grid gap-3">
      <Hours person={person} />
      <ol className="divide-y divide-line">
        {person.channels.map((each) => (
          <ChannelRow key={each.channel} person={person.person} channel={each} />
        ))}
      </ol>
      <p className="text-xs text-faint">
        Channels and hours stand in <code className="font-mono">castor.yaml</code> under{" "}
        <code className="font-mono">paging.people.{person.person}</code>.
      </p>
    </div>
  </Card>
);

function Mine(): ReactNode {
  const me = useMe();
  const { data, error, retry } = useAsk<PagingPeople>("paging.people");
  const mine = data?.people.filter(
    ({ account }) => account?.toLowerCase() === me?.email.toLowerCase(),
  );
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!mine || !me) return <Loading what="how you are called" lines={3} />;
  if (mine.length > 0) return mine.map((each) => <Ways key={each.person} person={each} />);
  return (
    <Card title="How you are called">
      <Empty icon="phone" title="Nothing wakes you yet">
        <p>
          Nobody under <code className="font-mono">paging.people</code> has your e-mail as their
          account. In <code className="font-mono">castor.yaml</code>:
        </p>
        <pre
          tabIndex={0}
          aria-label="An example"
          role="region"
          className="mt-3 overflow-x-auto rounded-md bg-sunken p-3 text-left font-mono text-xs text-ink"
        >
          {example(me.email)}
        </pre>
      </Empty>
    </Card>
  );
}

/** How the reader is called, one channel after the other, and whether each works. */
export function CalledCard(): ReactNode {
  const mayKnow = useMay("responder");
  if (mayKnow) return <Mine />;
  return (
    <Card title="How you are called">
      <p className="text-sm text-muted">
        Viewers are not called. An admin can make you a responder.
      </p>
    </Card>
  );
}
