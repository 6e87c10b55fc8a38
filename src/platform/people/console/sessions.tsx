import type { ReactNode } from "react";
import {
  Ago,
  Badge,
  Button,
  Card,
  Empty,
  Loading,
  ProblemView,
  say,
  useAsk,
  useSend,
  useTask,
} from "#console";

export type Session = {
  id: string;
  person: string;
  startedAt: number;
  address: string;
  userAgent: string;
  via: "password" | "passkey";
};

const SYSTEMS = /Android|iPhone|iPad|Mac(?: OS X|intosh)?|Windows|Linux/;
const BROWSERS = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/;

/** `Firefox 143 on Mac`: what a person recognises in a user agent. */
export function deviceOf(userAgent: string): string {
  const [, name = "", version = ""] = BROWSERS.exec(userAgent) ?? [];
  const browser = { Edg: "Edge", OPR: "Opera" }[name] ?? name;
  const system = SYSTEMS.exec(userAgent)?.[0]?.replace(/ OS X|intosh/, "") ?? "an unknown system";
  return browser === ""
    ? userAgent.slice(0, 60) || "Unknown program"
    : `${browser} ${version} on ${system}`;
}

const Row = ({ session, here }: { session: Session; here: boolean }): ReactNode => {
  const run = useSend("people.sessions");
  const task = useTask();
  const end = () =>
    task.run(async () => {
      await run("people.end-session", { id: session.id });
      say("That session is ended");
    });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5 text-sm">
      <span className="min-w-48 flex-1">
        <span className="block font-medium">{deviceOf(session.userAgent)}</span>
        <span className="block text-xs text-muted">
          {session.address} · since <Ago at={session.startedAt} /> · with a {session.via}
        </span>
      </span>
      {here ? (
        <Badge tone="good">This browser</Badge>
      ) : (
        <Button busy={task.busy} onClick={() => void end()}>
          End it
        </Button>
      )}
      {task.error && <ProblemView error={task.error} />}
    </li>
  );
};

/** Where somebody is signed in. */
export function Sessions({
  person,
  here,
  title,
}: {
  person: string;
  here?: string;
  title: string;
}): ReactNode {
  const { data, error, retry } = useAsk<Session[]>("people.sessions", { person });
  return (
    <Card title={title}>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the sessions" lines={2} />}
      {data?.length === 0 && <Empty icon="screen" title="Nowhere" />}
      <ul className="divide-y divide-line" aria-label={title}>
        {data?.map((session) => (
          <Row key={session.id} session={session} here={session.id === here} />
        ))}
      </ul>
    </Card>
  );
}
