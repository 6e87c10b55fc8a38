import type { WorkerStats } from "./data-plane/messages.ts";

/** Who waits for a service, over all workers. */
export function queuesNow(
  stats: readonly WorkerStats[],
  service: string,
): { queued: number; isPressed: boolean } {
  const found = stats.flatMap(({ services }) => services).filter(({ id }) => id === service);
  return {
    queued: found.reduce((sum, { queued }) => sum + queued, 0),
    isPressed: found.some(({ isPressed }) => isPressed),
  };
}

/** How many requests an instance takes at once from all workers together; null without a limit. */
export function limitNow(instances: WorkerStats["instances"], id: string): number | null {
  const limits = instances.filter((each) => each.id === id).map(({ limit }) => limit);
  return limits.reduce<number | null>(
    (sum, limit) => (limit === null ? sum : (sum ?? 0) + limit),
    null,
  );
}
