import type { Service } from "./service.ts";

/** What a plane says of itself, now. */
export type PlaneStats = { connections: number; draining: boolean; services: ServiceStats[] };

export type ServiceStats = {
  id: string;
  inFlight: number;
  /** Those who wait for a place. */
  queued: number;
  isPressed: boolean;
  instances: {
    id: string;
    inFlight: number;
    /** As many at once as it takes; null without a limit. */
    limit: number | null;
    open: number;
    idle: number;
    healthy: boolean;
    ejected: string;
  }[];
};

export const serviceStats = ({ id, inFlight, intake, instances }: Service): ServiceStats => ({
  id,
  inFlight,
  queued: intake?.waitingCount ?? 0,
  isPressed: intake?.isPressed ?? false,
  instances: instances.map((each) => ({
    id: each.id,
    inFlight: each.inFlight,
    limit: each.places?.level.limit ?? null,
    open: each.open,
    idle: each.idle.length,
    healthy: each.isHealthy,
    ejected: each.ejected,
  })),
});
