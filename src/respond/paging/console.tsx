import type { ReactNode } from "react";
import {
  Card,
  Confirm,
  Empty,
  Loading,
  type PagingPeople,
  ProblemView,
  say,
  useLive,
  useMay,
  useMe,
  useSend,
} from "#console";
import { AddChannel } from "./console/add-channel.tsx";
import { ChannelRow } from "./console/channel.tsx";

export { NeededNow } from "./console/needed.tsx";
export { Simulator } from "./console/simulator.tsx";

type Person = PagingPeople["people"][number];
type Offers = PagingPeople["offers"];

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

/** Where these channels stand, and the way back to those of the file. */
function Whence({ person: { person, isChosen } }: { person: Person }): ReactNode {
  const run = useSend("paging.people");
  const file = <code className="font-mono">castor.yaml</code>;
  if (!isChosen)
    return (
      <p className="text-xs text-faint">
        These stand in {file} under <code className="font-mono">paging.people.{person}</code>, until
        you change them here. Your hours stand there too.
      </p>
    );
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="min-w-40 flex-1 text-xs text-faint">
        You chose these here, instead of those in {file}. Your hours stand there.
      </p>
      <Confirm
        what="Use those of the file"
        title="Be called as castor.yaml says?"
        onConfirm={async () => {
          await run("paging.reset-channels", { person });
          say("You are called as castor.yaml says");
        }}
      >
        The channels that you chose here are forgotten.
      </Confirm>
    </div>
  );
}

const Ways = ({ person, offers }: { person: Person; offers: Offers }): ReactNode => (
  <Card
    title="How you are called"
    hint={`as ${person.person}; one after the other until you answer`}
  >
    <div className="grid gap-3">
      <Hours person={person} />
      <ol className="divide-y divide-line">
        {person.channels.map((each, at) => (
          <ChannelRow
            key={each.channel}
            person={person.person}
            channel={each}
            place={at + 1}
            many={person.channels.length}
          />
        ))}
      </ol>
      <div>
        <AddChannel person={person} offers={offers} />
      </div>
      <Whence person={person} />
    </div>
  </Card>
);

function Mine(): ReactNode {
  const me = useMe();
  const { data, error, retry } = useLive<PagingPeople>("paging.people");
  const mine = data?.people.filter(
    ({ account }) => account?.toLowerCase() === me?.email.toLowerCase(),
  );
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data || !mine || !me) return <Loading what="how you are called" lines={3} />;
  if (mine.length > 0)
    return mine.map((each) => <Ways key={each.person} person={each} offers={data.offers} />);
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
