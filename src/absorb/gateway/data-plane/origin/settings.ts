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
