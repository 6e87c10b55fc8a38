import type { ReactNode } from "react";
import {
  amount,
  bytes,
  Card,
  duration,
  Empty,
  type GatewayNow,
  type GatewayRoutes,
  Loading,
  PageHead,
  ProblemView,
  Tile,
  Tiles,
  useLive,
} from "#console";
import { RateLimits } from "./console/rate-limits.tsx";
import { Instances, Refusals, Routes, Workers } from "./console/tables.tsx";

const Figures = ({ now }: { now: GatewayNow }): ReactNode => (
  <Tiles>
    <Tile
      label="Requests"
      value={`${amount(now.requestsPerSecond)}/s`}
      says={`${amount(now.visitorsPerSecond)} visitors/s`}
    />
    <Tile
      label="Half answered in"
      value={duration(now.latencyMs.p50)}
      says={`95 % in ${duration(now.latencyMs.p95)}`}
    />
    <Tile label="99 % answered in" value={duration(now.latencyMs.p99)} />
    <Tile
      label="Server errors"
      value={`${amount(now.statusClasses["5xx"] ?? 0)}/s`}
      says={`${amount(now.retriesPerSecond)} retries/s`}
    />
    <Tile
      label="Out"
      value={`${bytes(now.bytesPerSecond.out)}/s`}
      says={`in ${bytes(now.bytesPerSecond.in)}/s`}
    />
    <Tile
      label="Connections"
      value={amount(now.workers.reduce((sum, each) => sum + each.connections, 0))}
      says={`${now.workers.length} worker${now.workers.length === 1 ? "" : "s"}`}
    />
  </Tiles>
);

/** The front door: what goes where, how each instance does, and what was turned away. */
export function GatewayPage(): ReactNode {
  const live = useLive<GatewayNow>("gateway.now");
  const routing = useLive<GatewayRoutes>("gateway.routes");
  const listeners = live.data?.listeners ?? [];
  return (
    <>
      <PageHead
        title="Gateway"
        says={
          listeners.length > 0
            ? `Listens on ${listeners.join(", ")}.`
            : "The front door: what goes where, and how it goes."
        }
      />
      {live.error && <ProblemView error={live.error} retry={live.retry} />}
      {!live.data && !live.error && <Loading what="the gateway's figures" lines={8} />}
      {live.data && (
        <div className="grid gap-4">
          <Figures now={live.data} />
          <Card title="Routes" hint="the first that matches host and path" flush>
            {routing.error && <ProblemView error={routing.error} retry={routing.retry} />}
            {routing.data?.routes.length === 0 && <Empty icon="gateway" title="No route yet" />}
            {routing.data && routing.data.routes.length > 0 && (
              <Routes routes={routing.data.routes} />
            )}
          </Card>
          <Card title="Instances" hint="what each one carries, over the last ten seconds" flush>
            <Instances services={live.data.services} />
          </Card>
          <RateLimits />
          <div className="grid gap-4 lg:grid-cols-2">
            <Card
              title="Refused by the gateway"
              hint="every refusal carries its reason in the answer's header"
              flush
            >
              <Refusals refusals={live.data.refusals} />
            </Card>
            <Card title="Workers" hint="they go on when control is away" flush>
              <Workers workers={live.data.workers} />
            </Card>
          </div>
        </div>
      )}
    </>
  );
}
