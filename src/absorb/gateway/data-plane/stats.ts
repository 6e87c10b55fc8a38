import type { BreakerState } from "./care/breaker.ts";
import type { Service } from "./service.ts";

/** What a plane says of itself, now. */
export type PlaneStats = { connections: number; draining: boolean; services: ServiceStats[] };

export type ServiceStats = {
  id: string;
  inFlight: number;
  /** Those who wait for a place. */
  queued: number;
  isPressed: boolean;
  breaker: BreakerState | "off";
  /** Those who are held while it is paused. */
  held: number;
  instances: {
    id: string;
    inFlight: number;
    /** As many at once as it takes; null without a limit. */
    limit: number | null;
    open: number;
    idle: number;
    healthy: boolean;
    ejected: string;
    /** Less than 1 while it starts slowly. */
    share: number;
    sickPaths: number;
    resting: boolean;
  }[];
};

export const serviceStats = (
  { id, inFlight, intake, barrier, instances, care }: Service,
  now: number,
): ServiceStats => ({
  id,
  inFlight,
  queued: intake?.waitingCount ?? 0,
  isPressed: intake?.isPressed ?? false,
  breaker: care.breaker?.state ?? "off",
  held: barrier?.heldCount ?? 0,
  instances: instances.map((each) => ({
    id: each.id,
    inFlight: each.inFlight,
    limit: each.places?.level.limit ?? null,
    open: each.open,
    idle: each.idle.length,
    healthy: each.isHealthy,
    ejected: each.ejected,
    ...care.of(each, now),
  })),
});
