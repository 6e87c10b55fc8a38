import type { ReactNode } from "react";
import {
  type CacheNow,
  Card,
  type GatewayNow,
  type GatewayRefusals,
  type GatewayRoutes,
  Loading,
  PageHead,
  ProblemView,
  type Rooms,
  type SurgeStatus,
  useLive,
} from "#console";
import { SurgeCharts } from "./console/charts.tsx";
import { RouteCosts } from "./console/costs.tsx";
import { Figures } from "./console/figures.tsx";
import { Instances } from "./console/instances.tsx";
import { Interventions } from "./console/interventions.tsx";
import { LadderCard } from "./console/ladder.tsx";
import { RateLimits } from "./console/rate-limits.tsx";
import { Refusals } from "./console/refusals.tsx";
import { Workers } from "./console/workers.tsx";

/** The front door in a surge: where each ladder stands, what comes against what is possible, and who is refused and why. */
export function GatewayPage(): ReactNode {
  const live = useLive<GatewayNow>("gateway.now");
  const surge = useLive<SurgeStatus>("surge.status");
  const cache = useLive<CacheNow>("cache.now").data;
  const rooms = useLive<Rooms>("waiting-room.status").data;
  const listeners = live.data?.listeners ?? [];
  return (
    <>
      <PageHead
        title="Gateway"
        says={
          listeners.length > 0
            ? `Listens on ${listeners.join(", ")}.`
            : "The front door: what comes, what is done about it, and who is refused."
        }
      >
        {live.data && <Interventions now={live.data} cache={cache} />}
      </PageHead>
      {live.error && <ProblemView error={live.error} retry={live.retry} />}
      {!live.data && !live.error && <Loading what="the gateway's figures" lines={8} />}
      {live.data && (
        <div className="grid gap-4">
          <Figures now={live.data} cache={cache} surge={surge.data} rooms={rooms} />
          <Ladders surge={surge.data} error={surge.error} retry={surge.retry} />
          <SurgeCharts now={live.data} surge={surge.data} />
          <Card title="Instances" hint="the last ten minutes; taller is worse" flush>
            <Instances services={live.data.services} />
          </Card>
          <Where />
          <RateLimits />
          <Card title="Workers" hint="they go on when control is away" flush>
            <Workers workers={live.data.workers} />
          </Card>
        </div>
      )}
    </>
  );
}

function Ladders(of: {
  surge: SurgeStatus | undefined;
  error: Error | null;
  retry: () => void;
}): ReactNode {
  const { surge, error, retry } = of;
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!surge)
    return (
      <Card>
        <Loading what="the ladders" />
      </Card>
    );
  if (surge.mode === "off")
    return (
      <Card title="Surge ladder" hint="switched off: surge.mode in castor.yaml">
        <p className="text-sm text-muted">Nothing is done by itself when a crowd comes.</p>
      </Card>
    );
  return surge.ladders.map((ladder) => (
    <LadderCard
      key={ladder.service}
      ladder={ladder}
      dryRun={surge.mode === "dry-run"}
      isAlone={surge.ladders.length === 1}
    />
  ));
}

/** What the routes cost, and whom they turn away. */
function Where(): ReactNode {
  const routing = useLive<GatewayRoutes>("gateway.routes");
  const refused = useLive<GatewayRefusals>("gateway.refusals");
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card
        title="Routes by what they cost"
        hint="requests that are with the service at a time"
        flush
      >
        {routing.error && <ProblemView error={routing.error} retry={routing.retry} />}
        {!routing.data && !routing.error && <Loading what="the routes" />}
        {routing.data && <RouteCosts routes={routing.data.routes} />}
      </Card>
      <Card title="Who is refused, and why" hint="the answer carries it in Castor-Reason" flush>
        {refused.error && <ProblemView error={refused.error} retry={refused.retry} />}
        {!refused.data && !refused.error && <Loading what="the refusals" />}
        {refused.data && <Refusals refusals={refused.data.refusals} />}
      </Card>
    </div>
  );
}
