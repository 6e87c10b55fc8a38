import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  Ago,
  ask,
  Badge,
  Button,
  Card,
  door,
  Empty,
  Loading,
  ProblemView,
  say,
  send,
  type Sessions as Answer,
  useTask,
} from "#console";

type Session = Answer["sessions"][number];

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
  const client = useQueryClient();
  const task = useTask();
  const end = () =>
    task.run(async () => {
      await send("people.end-session", { session: session.id });
      await client.invalidateQueries({ queryKey: SESSIONS });
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

const SESSIONS = ["sessions"] as const;

type SessionsProps = { person: string; here?: string; title: string };

/** Where somebody is signed in. One's own sessions are known at the door; those of others only to admins. */
export function Sessions({ person, here, title }: SessionsProps): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: [...SESSIONS, person],
    queryFn: () => (here ? door<Answer>("sessions") : ask<Answer>("people.sessions", { person })),
  });
  return (
    <Card title={title}>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="the sessions" lines={2} />}
      {data?.sessions.length === 0 && <Empty icon="screen" title="Nowhere" />}
      <ul className="divide-y divide-line" aria-label={title}>
        {data?.sessions.map((session) => (
          <Row key={session.id} session={session} here={session.id === here} />
        ))}
      </ul>
    </Card>
  );
}
