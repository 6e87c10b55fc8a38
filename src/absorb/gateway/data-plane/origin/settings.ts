import * as z from "zod";
import { Criticality } from "../../contract/origin.ts";

export { Criticality };

/** In order of importance: the index is the rank. */
export const criticalities = Criticality.options;

export const placesLimit = 100_000;
const places = z.number().int().min(1).max(placesLimit);

/** How many requests an instance gets at once from one worker: a level between `min` and `max`; fixed where they are one. */
export const ConcurrencyTarget = z
  .object({ min: places.default(1), initial: places.default(20), max: places.default(200) })
  .refine(({ min, initial, max }) => min <= initial && initial <= max, "min ≤ initial ≤ max");
export type ConcurrencyTarget = z.infer<typeof ConcurrencyTarget>;

/** Who may wait for a place at an instance, per worker. */
export const QueueTarget = z.object({
  /** 0: nobody waits. */
  waitingMax: z.number().int().min(0).max(10_000).default(100),
  waitMsMax: z.number().int().min(1).max(60_000).default(1_000),
});
/** When a second instance is asked the same. */
export const HedgeTarget = z.object({
  /** Absent: after the route's own 95th percentile, once it is known. */
  afterMs: z.number().int().min(1).optional(),
  /** Second requests are this share of all at most. */
  shareMax: z.number().min(0.001).max(0.2).default(0.05),
});
export type HedgeTarget = z.infer<typeof HedgeTarget>;

/** How a service or a route is stopped: a sentence for visitors may come with it. */
const Stop = z.object({ message: z.string().optional() });
export const holdMsLimit = 300_000;
/** What stands before a service by somebody's word. */
export const BarrierTarget = z.object({
  stop: Stop.optional(),
  stoppedRoutes: z.record(z.string(), Stop).default({}),
  pause: z.object({ maxHoldMs: z.number().int().min(1).max(holdMsLimit) }).optional(),
  /** Only requests that matter at least this much go in. */
  shedBelow: Criticality.optional(),
});
export type BarrierTarget = z.infer<typeof BarrierTarget>;

export type QueueTarget = z.infer<typeof QueueTarget>;
