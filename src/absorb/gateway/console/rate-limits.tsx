import type { ReactNode } from "react";
import type * as z from "zod";
import { amount, Badge, Card, type Column, Table, useLive } from "#console";
import type { limits } from "../contract.ts";

type Limits = z.infer<(typeof limits)["output"]>["limits"];

const limitColumns: Column<Limits[number]>[] = [
  { head: "Limit", cell: ({ name }) => <span className="font-medium">{name}</span> },
  { head: "Route", cell: ({ route }) => <code className="font-mono text-sm">{route}</code> },
  { head: "Allows", cell: ({ rate, burst }) => `${rate}, ${amount(burst)} at once` },
  { head: "By", cell: ({ by }) => by, wideOnly: true },
  {
    head: "Refuses",
    cell: ({ dryRun, refusedPerSecond, wouldRefusePerSecond }) =>
      dryRun ? (
        <span>
          <Badge tone="none">dry run</Badge> {amount(wouldRefusePerSecond)}/s
        </span>
      ) : (
        `${amount(refusedPerSecond)}/s`
      ),
    number: true,
  },
];

/** What each rate limit allows and refuses; nothing where there is none. */
export function RateLimits(): ReactNode {
  const limiting = useLive<{ limits: Limits }>("gateway.limits").data?.limits ?? [];
  if (limiting.length === 0) return null;
  return (
    <Card title="Rate limits" hint="who asks more often gets 429 and a time to come back" flush>
      <Table
        label="Rate limits"
        rows={limiting}
        columns={limitColumns}
        keyOf={({ route, name }) => `${route} ${name}`}
      />
    </Card>
  );
}
