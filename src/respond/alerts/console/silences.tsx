import type { ReactNode } from "react";
import {
  type AlertsNow,
  amount,
  At,
  Button,
  Card,
  ProblemView,
  say,
  useMay,
  useNow,
  useSend,
  useTask,
} from "#console";

type Silence = AlertsNow["silences"][number];
const shownMax = 50;

const words = ({ matchers }: Silence): string =>
  matchers
    .map(
      ({ name, value, isEqual, isRegex }) =>
        `${name}${isEqual ? "=" : "!"}${isRegex ? "~" : isEqual ? "" : "="}${value}`,
    )
    .join(", ");

function SilenceRow({ silence }: { silence: Silence }): ReactNode {
  const send = useSend("alerts.now");
  const task = useTask();
  const may = useMay("responder");
  const now = useNow();
  const isToCome = silence.startsAt > now;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3 max-sm:px-4">
      <span className="min-w-0 flex-1 basis-64">
        <span className="font-medium wrap-anywhere">
          {silence.comment === "" ? "No reason given" : silence.comment}
        </span>
        <span className="block text-sm text-muted wrap-anywhere">
          <code className="font-mono">{words(silence)}</code> · by {silence.createdBy || "somebody"}
        </span>
      </span>
      <span className="text-sm text-muted">
        {isToCome ? "from " : "until "}
        <At at={isToCome ? silence.startsAt : silence.endsAt} />
      </span>
      {may && (
        <Button
          busy={task.busy}
          aria-label={`End it: ${words(silence)}`}
          onClick={async () => {
            const ended = await task.run(() => send("alerts.expire-silence", { id: silence.id }));
            if (ended) say("The silence is over");
          }}
        >
          End it
        </Button>
      )}
      {task.error && <ProblemView error={task.error} />}
    </li>
  );
}

/** What is silenced now or will be, the next to end first. */
export function Silences({ silences }: { silences: readonly Silence[] }): ReactNode {
  const sorted = silences.toSorted((a, b) => a.endsAt - b.endsAt);
  const left = silences.length - shownMax;
  return (
    <Card title="Silences" hint="ends are told all the same" flush>
      <ul className="divide-y divide-line">
        {sorted.slice(0, shownMax).map((silence) => (
          <SilenceRow key={silence.id} silence={silence} />
        ))}
      </ul>
      {left > 0 && (
        <p className="border-t border-line px-5 py-3 text-sm text-muted max-sm:px-4">
          and {amount(left)} more
        </p>
      )}
    </Card>
  );
}
