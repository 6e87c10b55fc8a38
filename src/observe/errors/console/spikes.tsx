import type { ReactNode } from "react";
import { Ago, amount, Badge, Card, count, type ErrorSpikes, Link, useAsk } from "#console";

/** What is far above ordinary right now, with its evidence; nothing while nothing is. */
export function SpikesCard(): ReactNode {
  const { data } = useAsk<ErrorSpikes>("errors.spikes");
  if (!data || data.spikes.length === 0) return null;
  return (
    <Card className="mb-4" title="Spiking now" hint={data.budget}>
      <ul className="space-y-2 text-sm">
        {data.spikes
          .slice(0, 5)
          .map(({ issue, project, kind, observed, expected, window, ...of }) => (
            <li
              key={issue ?? `all of ${project}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1"
            >
              <Badge tone="bad">{kind}</Badge>
              {issue === undefined ? (
                <span className="font-medium">All errors of {project}</span>
              ) : (
                <Link href={`/errors?issue=${issue}`} className="font-medium hover:underline">
                  {issue}
                </Link>
              )}
              <span className="text-muted">
                {amount(observed)} in {window === "5m" ? "5 minutes" : "an hour"} where{" "}
                {amount(expected)} are ordinary
                {of.people !== undefined && `, ${count(of.people, "person", "people")}`}
              </span>
              <span className="text-xs text-faint">
                <Ago at={of.since} />
              </span>
            </li>
          ))}
      </ul>
      {data.spikes.length > 5 && (
        <p className="mt-2 text-xs text-faint">and {amount(data.spikes.length - 5)} more</p>
      )}
    </Card>
  );
}
