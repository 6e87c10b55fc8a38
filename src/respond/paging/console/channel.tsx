import type { ReactNode } from "react";
import {
  Ago,
  Button,
  type PagingPeople,
  ProblemView,
  say,
  span,
  ToneMark,
  useSend,
  useTask,
} from "#console";
import { ChangeChannel } from "./change-channel.tsx";
import { wordOf } from "./kinds.ts";

type Channel = PagingPeople["people"][number]["channels"][number];

/** Whether the last message went through, with a shape and words. */
const Health = ({ channel: { acceptedAt, failedAt, why } }: { channel: Channel }): ReactNode => {
  const isBad = failedAt !== null && failedAt > (acceptedAt ?? 0);
  if (isBad)
    return (
      <span className="text-bad">
        Failed <Ago at={failedAt} />
        {why === null ? "" : `: ${why}`}
      </span>
    );
  return acceptedAt === null ? (
    <span className="text-warn">Never tried: press Test</span>
  ) : (
    <span className="text-muted">
      Worked <Ago at={acceptedAt} />
    </span>
  );
};

const toneOf = ({ acceptedAt, failedAt }: Channel): "good" | "bad" | "warn" =>
  failedAt !== null && failedAt > (acceptedAt ?? 0) ? "bad" : acceptedAt === null ? "warn" : "good";

const useOf = ({ afterMs, urgencies }: Channel): string => {
  const when = afterMs === 0 ? "at once" : `after ${span(afterMs)}`;
  const [only] = urgencies;
  return urgencies.length === 1 && only !== undefined
    ? `${when}, only what ${only === "high" ? "cannot wait" : "can wait"}`
    : when;
};

/** One way to be called: when it is used, whether it worked, and a button to find out. */
export function ChannelRow(of: {
  person: string;
  channel: Channel;
  place: number;
  many: number;
}): ReactNode {
  const { person, channel, place, many } = of;
  const run = useSend("paging.people");
  const task = useTask();
  const name = wordOf(channel.kind);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <ToneMark tone={toneOf(channel)} />
      <div className="min-w-40 flex-1">
        <p className="text-sm font-medium">
          {name}
          {channel.channel !== channel.kind && ` (${channel.channel})`}
          <span className="font-normal text-muted">, {useOf(channel)}</span>
        </p>
        <p className="text-xs break-words">
          <Health channel={channel} />
        </p>
      </div>
      <Button
        busy={task.busy}
        aria-label={`Test ${name}`}
        onClick={() =>
          void task.run(async () => {
            await run("paging.test", { person, channel: channel.channel });
            say(`A test is on its way: ${name}`);
          })
        }
      >
        Test
      </Button>
      <ChangeChannel
        {...{ person, channel, place, many }}
        word={channel.channel === channel.kind ? name : `${name} (${channel.channel})`}
      />
      {task.error && (
        <div className="basis-full">
          <ProblemView error={task.error} />
        </div>
      )}
    </li>
  );
}
