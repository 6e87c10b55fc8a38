import * as z from "zod";

const Rates = z.object({ requestsPerSecond: z.number(), errorsPerSecond: z.number() });
const Instance = Rates.extend({
  id: z.string(),
  healthy: z.boolean(),
  ejected: z.boolean(),
  inFlight: z.number(),
});
/** What the terminal shows of `gateway.now`: less than the query answers, so that either can grow. */
export const Now = z.object({
  at: z.number(),
  listeners: z.array(z.string()),
  visitorsPerSecond: z.number(),
  requestsPerSecond: z.number(),
  statusClasses: z.record(z.string(), z.number()),
  latencyMs: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }),
  services: z.array(
    Rates.extend({
      service: z.string(),
      latencyMs: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }),
      instances: z.array(Instance),
    }),
  ),
  refusals: z.array(z.object({ reason: z.string(), perSecond: z.number() })).default([]),
  workers: z.array(z.object({ id: z.string(), connections: z.number() })).default([]),
});
export type Now = z.infer<typeof Now>;
