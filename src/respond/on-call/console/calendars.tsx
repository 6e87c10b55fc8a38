import { type ReactNode, useState } from "react";
import {
  Ago,
  Button,
  Choice,
  Confirm,
  Copyable,
  Dialog,
  Form,
  Loading,
  type OnCallFeeds,
  ProblemView,
  say,
  textOf,
  useAsk,
  useSend,
} from "#console";

type Feed = OnCallFeeds["feeds"][number];
const nameOf = ({ team, member }: Feed): string =>
  member === undefined ? `All shifts of ${team}` : `${member}'s shifts`;

const FeedRow = ({ feed }: { feed: Feed }): ReactNode => {
  const run = useSend("on-call.feeds");
  const name = nameOf(feed);
  return (
    <li className="flex items-center gap-3 py-2.5 text-sm">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className="text-xs text-muted">
          made <Ago at={feed.madeAt} />
        </span>
      </span>
      <Confirm
        what="Withdraw"
        label={`Withdraw the calendar: ${name}`}
        title="Withdraw this calendar?"
        onConfirm={async () => {
          await run("on-call.withdraw-feed", { id: feed.id });
          say("The calendar's address leads nowhere now");
        }}
      >
        Whoever subscribed to it gets nothing from now on.
      </Confirm>
    </li>
  );
};

function Feeds(): ReactNode {
  const { data, error, retry } = useAsk<OnCallFeeds>("on-call.feeds");
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the calendars" lines={2} />;
  if (data.feeds.length === 0) return null;
  return (
    <section>
      <h3 className="text-xs font-semibold text-muted">Calendars that are subscribed to</h3>
      <ul className="divide-y divide-line">
        {data.feeds.map((feed) => (
          <FeedRow key={feed.id} feed={feed} />
        ))}
      </ul>
    </section>
  );
}

function MakeForm({
  teams,
  members,
  onMade,
}: {
  teams: readonly string[];
  members: readonly string[];
  onMade: (url: string) => void;
}): ReactNode {
  const run = useSend("on-call.feeds");
  return (
    <Form
      submit="Make the address"
      onSubmit={async (fields) => {
        const [kind = "", name = ""] = textOf(fields, "what").split(/:(.*)/s);
        const made = await run<{ path: string }>("on-call.make-feed", { [kind]: name });
        onMade(new URL(made.path, location.origin).href);
      }}
    >
      <Choice
        label="What it shows"
        name="what"
        options={[
          ...members.map((each) => [`member:${each}`, `${each}'s shifts`] as const),
          ...teams.map((each) => [`team:${each}`, `All shifts of ${each}, and its gaps`] as const),
        ]}
      />
    </Form>
  );
}

/** Shifts in the calendar that people already look at. */
export function Calendars({
  teams,
  members,
}: {
  teams: readonly string[];
  members: readonly string[];
}): ReactNode {
  const [open, setOpen] = useState(false);
  const [url, setUrl] = useState<string>();
  const close = () => {
    setOpen(false);
    setUrl(undefined);
  };
  return (
    <>
      <Button icon="link" onClick={() => setOpen(true)}>
        Subscribe
      </Button>
      <Dialog open={open} title="Shifts in your calendar" onClose={close}>
        <div className="grid gap-5">
          {url === undefined ? (
            <MakeForm teams={teams} members={members} onMade={setUrl} />
          ) : (
            <div className="grid gap-3">
              <p className="text-sm">
                Add this address to your calendar program as a subscription. It is shown this once;
                whoever has it can read these shifts.
              </p>
              <Copyable text={url} label="the address" />
            </div>
          )}
          <Feeds />
        </div>
      </Dialog>
    </>
  );
}
