import type { ReactNode } from "react";
import { Ago, Card, Link, type LogPage, useAsk, useWho } from "#console";

/** Everything that was decided and found, as the log has it. */
export function Activity({ id }: { id: string }): ReactNode {
  const { data } = useAsk<LogPage>("log.search", { stream: `errors/issues/${id}`, limit: 30 });
  const nameOf = useWho();
  if (!data || data.events.length === 0) return null;
  return (
    <Card title="Activity" hint="from the log">
      <ol className="space-y-2.5 text-sm">
        {data.events.map(({ position, says, at, by }) => (
          <li key={position}>
            <Link href={`/log?event=${position}`} className="break-words hover:underline">
              {says}
            </Link>
            <p className="text-xs text-faint">
              {nameOf(by)} · <Ago at={at} />
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
