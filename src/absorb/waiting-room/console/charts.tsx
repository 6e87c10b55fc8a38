import { type ReactNode, useMemo } from "react";
import type * as z from "zod";
import { amount, Card, type Line, TimeChart, useLive } from "#console";
import type { history } from "../contract.ts";

type History = z.infer<(typeof history)["output"]>;

/** The last ten minutes of a room. */
export function RoomCharts({ room }: { room: string }): ReactNode {
  const { data } = useLive<History>("waiting-room.history", { room });
  const people = useMemo<Line[]>(
    () => [
      { label: "in", color: "--chart-2xx", values: data?.active ?? [] },
      { label: "waiting", color: "--chart-4xx", values: data?.waiting ?? [] },
    ],
    [data],
  );
  const admitted = useMemo<Line[]>(
    () => [{ label: "came in", color: "--chart-p95", values: data?.admittedPerMinute ?? [] }],
    [data],
  );
  const last = (values: readonly (number | null)[] = []): string => amount(values.at(-1) ?? 0);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="People" hint="in and waiting, last 10 minutes">
        <TimeChart
          at={data?.at ?? []}
          lines={people}
          label={`People in ${room} over the last ten minutes; now ${last(data?.active)} in, ${last(data?.waiting)} waiting`}
        />
      </Card>
      <Card title="Let in per minute" hint="walked in or from the line">
        <TimeChart
          at={data?.at ?? []}
          lines={admitted}
          label={`People let into ${room} per minute over the last ten minutes; now ${last(data?.admittedPerMinute)}`}
        />
      </Card>
    </div>
  );
}
