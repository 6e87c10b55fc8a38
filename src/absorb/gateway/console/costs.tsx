import type { ReactNode } from "react";
import { amount, bytes, duration, Empty, type GatewayRoutes } from "#console";

type Route = GatewayRoutes["routes"][number];

const placeOf = ({ hosts }: Route): string =>
  hosts.length === 0 || hosts.includes("*") ? "any host " : hosts.join(", ");

/** Which routes keep the services busy: the dearest first. */
export function RouteCosts({ routes }: { routes: readonly Route[] }): ReactNode {
  if (routes.length === 0) return <Empty icon="gateway" title="No route yet" />;
  const dearest = Math.max(...routes.map((each) => each.atOrigin), 0.001);
  const sorted = routes.toSorted(
    (a, b) => b.atOrigin - a.atOrigin || b.requestsPerSecond - a.requestsPerSecond,
  );
  return (
    <ol className="divide-y divide-line">
      {sorted.map((route) => (
        <li key={route.id} className="px-5 py-2.5 max-sm:px-4">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="min-w-0 truncate font-mono text-sm">
              {placeOf(route)}
              <span className="text-accent">{route.path}</span>
            </span>
            <span className="text-sm font-medium">
              {amount(route.atOrigin)} <span className="text-xs text-muted">busy on average</span>
            </span>
          </div>
          <div className="mt-1 h-1.5 rounded-full bg-sunken" aria-hidden="true">
            <div
              className="h-full rounded-full bg-chart-p95"
              style={{ width: `${(route.atOrigin / dearest) * 100}%` }}
            />
          </div>
          <p
            className="mt-1 truncate text-xs text-faint"
            title={`Body up to ${bytes(route.bodyBytesMax)}`}
          >
            {amount(route.requestsPerSecond)} requests/s to {route.service} ·{" "}
            {route.originMs === null
              ? "none of them at the service"
              : `${duration(route.originMs)} each at the service`}
          </p>
        </li>
      ))}
    </ol>
  );
}
