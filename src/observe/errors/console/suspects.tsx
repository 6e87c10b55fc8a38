import type { ReactNode } from "react";
import { Ago, Card, type ErrorSuspects, Link, share, useAsk } from "#console";

/** What changed shortly before it began, by how likely that brought it. */
export function Suspects({ id }: { id: string }): ReactNode {
  const { data } = useAsk<ErrorSuspects>("errors.suspects", { issue: id });
  if (!data || data.suspects.length === 0) return null;
  return (
    <Card title="Suspects" hint={`none of them: ${share(data.nothing)}`}>
      <ol className="space-y-2 text-sm">
        {data.suspects.slice(0, 5).map(({ position, says, at, probability }) => (
          <li key={position} className="flex gap-3">
            <span className="w-14 shrink-0 text-right font-medium">{share(probability)}</span>
            <span className="min-w-0">
              <Link href={`/log?event=${position}`} className="break-words hover:underline">
                {says}
              </Link>
              <span className="block text-xs text-faint">
                <Ago at={at} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
