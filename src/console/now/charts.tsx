import { type ReactNode, useMemo } from "react";
import { type Line, TimeChart } from "../charts/time-chart.tsx";
import type { GatewayNow } from "../live/shapes.ts";
import { Card } from "../ui/basics.tsx";
import { amount, duration } from "../ui/format.ts";

const classes: readonly (readonly [string, string])[] = [
  ["2xx", "--chart-2xx"],
  ["3xx", "--chart-3xx"],
  ["4xx", "--chart-4xx"],
  ["5xx", "--chart-5xx"],
];

/** The last ten minutes: how much, how it went, how fast. */
export function NowCharts({ now }: { now: GatewayNow }): ReactNode {
  const { history } = now;
  const requests = useMemo<Line[]>(
    () =>
      classes.map(([label, color]) => ({
        label,
        color,
        values: history.requests[label] ?? history.at.map(() => 0),
      })),
    [history],
  );
  const latency = useMemo<Line[]>(
    () => [
      { label: "p50", color: "--chart-p50", values: history.p50 },
      { label: "p95", color: "--chart-p95", values: history.p95 },
      { label: "p99", color: "--chart-p99", values: history.p99 },
    ],
    [history],
  );
  const { p50, p99 } = now.latencyMs;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Requests per second" hint="by status, last 10 minutes">
        <TimeChart
          at={history.at}
          lines={requests}
          stacked
          label={`Requests per second by status class over the last ten minutes; now ${amount(now.requestsPerSecond)}`}
        />
      </Card>
      <Card title="Time to answer" hint="half, 95 % and 99 % are faster than this">
        <TimeChart
          at={history.at}
          lines={latency}
          format={duration}
          label={`Latency percentiles over the last ten minutes; now half of the answers take less than ${duration(p50)}, 99 % less than ${duration(p99)}`}
        />
      </Card>
    </div>
  );
}
