import type * as z from "zod";
import type { now } from "./contract.ts";
import type { Barriers } from "./barriers.ts";
import type { WorkerStats } from "./data-plane/messages.ts";

/** Who waits for a service, over all workers. */
export function queuesNow(
  stats: readonly WorkerStats[],
  service: string,
): { queued: number; isPressed: boolean; held: number } {
  const found = stats.flatMap(({ services }) => services).filter(({ id }) => id === service);
  return {
    queued: found.reduce((sum, { queued }) => sum + queued, 0),
    held: found.reduce((sum, { held }) => sum + held, 0),
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

type ServiceNow = z.infer<(typeof now)["output"]>["services"][number];

/** What stands before a service by somebody's word: what was said first of a kind. */
export function closedNow(
  { stops, pauses, sheds }: Barriers,
  service: string,
): Pick<ServiceNow, "stopped" | "paused" | "shedding"> {
  const isMeant = (each: { service?: string | undefined }): boolean =>
    each.service === undefined || each.service === service;
  return {
    stopped: Object.values(stops).find((each) => each.route === undefined && isMeant(each)) ?? null,
    paused: Object.values(pauses).find(isMeant) ?? null,
    shedding: Object.values(sheds).filter(isMeant),
  };
}
