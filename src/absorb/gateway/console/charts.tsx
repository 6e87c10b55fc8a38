import { type ReactNode, useMemo } from "react";
import {
  amount,
  Card,
  duration,
  type GatewayNow,
  type Line,
  type SurgeStatus,
  TimeChart,
} from "#console";

/** The last ten minutes: what was asked, what reached the services, the most they were seen to answer; and how long it took. */
export function SurgeCharts({
  now,
  surge,
}: {
  now: GatewayNow;
  surge: SurgeStatus | undefined;
}): ReactNode {
  const { history } = now;
  const capacity = (surge?.ladders ?? []).reduce(
    (all, { evidence }) => all + (evidence?.capacityPerSecond ?? 0),
    0,
  );
  const load = useMemo<Line[]>(() => {
    const classes = Object.values(history.requests);
    const asked = history.at.map((_, i) => classes.reduce((all, each) => all + (each[i] ?? 0), 0));
    const errors = history.at.map((_, i) => history.requests["5xx"]?.[i] ?? 0);
    return [
      { label: "Asked", color: "--chart-2xx", values: asked },
      { label: "Reached a service", color: "--chart-p95", values: history.origin },
      { label: "Server errors", color: "--chart-5xx", values: errors },
      ...(capacity > 0
        ? [
            {
              label: "Most they were seen to answer",
              color: "--chart-4xx",
              values: history.at.map(() => capacity),
            },
          ]
        : []),
    ];
  }, [history, capacity]);
  const latency = useMemo<Line[]>(
    () => [
      { label: "p50", color: "--chart-p50", values: history.p50 },
      { label: "p95", color: "--chart-p95", values: history.p95 },
      { label: "p99", color: "--chart-p99", values: history.p99 },
    ],
    [history],
  );
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Requests per second" hint="against what the services manage">
        <TimeChart
          at={history.at}
          lines={load}
          label={`Requests per second over the last ten minutes; now ${amount(now.requestsPerSecond)} are asked`}
        />
      </Card>
      <Card title="Time to answer" hint="half, 95 % and 99 % are faster than this">
        <TimeChart
          at={history.at}
          lines={latency}
          format={duration}
          label={`Latency over the last ten minutes; now 99 % take less than ${duration(now.latencyMs.p99)}`}
        />
      </Card>
    </div>
  );
}
