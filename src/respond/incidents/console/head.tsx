import { type ReactNode, useEffect, useState } from "react";
import {
  Button,
  Dialog,
  Icon,
  IconButton,
  type Incident,
  ProblemView,
  send,
  useMay,
  useName,
  usePageKeys,
  useSend,
  useTask,
  useMe,
} from "#console";
import { severities, severityGuide } from "../contract.ts";

const linkLook =
  "inline-flex min-h-9 items-center gap-2 rounded-md border border-line px-3 text-sm font-medium hover:bg-hover max-sm:min-h-11";

const HEARTBEAT_MS = 20_000;

/** Says that somebody is here while the page is looked at, and shows who else is. */
export function Here({ incident }: { incident: string }): ReactNode {
  const nameOf = useName();
  const me = useMe();
  const [here, setHere] = useState<readonly string[]>([]);
  useEffect(() => {
    const say = (leaves: boolean): void => {
      send<{ here: string[] }>("incidents.arrive", { incident, leaves }).then(
        (answer) => setHere(answer.here ?? []),
        // Who is here is for the moment; the next beat tells again.
        () => undefined,
      );
    };
    const beat = (): void => {
      if (document.visibilityState === "visible") say(false);
    };
    beat();
    const timer = setInterval(beat, HEARTBEAT_MS);
    document.addEventListener("visibilitychange", beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
      say(true);
    };
  }, [incident]);
  const others = here.filter((each) => each !== me?.id);
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <Icon name="people" className="size-4" />
      {others.length === 0 ? "You are alone here" : `Here: you, ${others.map(nameOf).join(", ")}`}
    </p>
  );
}

/** Where people talk. */
export function Call({ href }: { href: string }): ReactNode {
  const join = () => window.open(href, "_blank", "noopener,noreferrer");
  usePageKeys([{ key: "c", what: "Join the call", press: join }]);
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" className={linkLook}>
      <Icon name="phone" className="size-4" />
      Join the call
    </a>
  );
}

/** Where people chat about it: one button makes the channel where one can be made. */
export function Channel({
  incident: { incident, channel },
  canMake,
}: {
  incident: Incident;
  canMake: boolean;
}): ReactNode {
  const run = useSend("incidents.one");
  const task = useTask();
  const mayAct = useMay("responder");
  if (channel !== undefined)
    return (
      <a href={channel} target="_blank" rel="noreferrer noopener" className={linkLook}>
        Open the channel
      </a>
    );
  if (!canMake || !mayAct) return null;
  return (
    <>
      {task.error && <ProblemView error={task.error} />}
      <Button
        busy={task.busy}
        onClick={() => void task.run(() => run("incidents.open-channel", { incident }))}
      >
        Make a channel
      </Button>
    </>
  );
}

/** What the severities mean, for somebody who has just woken up. */
export function Guide(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  usePageKeys([{ key: "s", what: "What the severities mean", press: () => setOpen(true) }]);
  return (
    <>
      <IconButton
        icon="book"
        label="What the severities mean"
        className="-ml-2"
        onClick={() => setOpen(true)}
      />
      <Dialog open={isOpen} title="How grave is it?" onClose={() => setOpen(false)}>
        <dl className="grid gap-3 text-sm">
          {severities.map((each) => (
            <div key={each}>
              <dt className="font-semibold">{each.toUpperCase()}</dt>
              <dd className="text-muted">{severityGuide[each]}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 text-sm">If unsure, take the graver one. It can be lowered later.</p>
      </Dialog>
    </>
  );
}
