import { topic } from "#kernel/contract";
import * as z from "zod";
import { BreakerState } from "../contract.ts";
import { breakerClosedFact, breakerOpenedFact } from "./care/messages.ts";
import { limitReachedFact, scannerMarkedFact } from "./admission/messages.ts";

/** What a worker counted since it last said so (`Delta` of the counters port), each second. */
const Delta = z.object({
  from: z.string(),
  seq: z.number(),
  slot: z.number(),
  series: z.array(
    z.object({
      name: z.string(),
      labels: z.record(z.string(), z.string()),
      sum: z.number().optional(),
      uniques: z.string().optional(),
      quantiles: z.string().optional(),
    }),
  ),
});

const ofInstance = { worker: z.string(), service: z.string(), instance: z.string() };
/** The few facts of a worker: what it decided by itself. */
export const GatewayFact = z.discriminatedUnion("what", [
  z.object({ what: z.literal("ejected"), ...ofInstance, why: z.string(), forMs: z.number() }),
  z.object({ what: z.literal("readmitted"), ...ofInstance, outMs: z.number() }),
  breakerOpenedFact,
  breakerClosedFact,
  limitReachedFact,
  scannerMarkedFact,
  z.object({
    what: z.literal("certificate-loaded"),
    worker: z.string(),
    cert: z.string(),
    names: z.array(z.string()),
    expiresAt: z.number(),
    isKeyOpen: z.boolean(),
  }),
  z.object({
    what: z.literal("certificate-refused"),
    worker: z.string(),
    cert: z.string(),
    why: z.string(),
  }),
  z.object({ what: z.literal("picture-refused"), worker: z.string(), why: z.string() }),
  z.object({ what: z.literal("ready"), worker: z.string(), pid: z.number(), snapshot: z.number() }),
]);
export type GatewayFact = z.infer<typeof GatewayFact>;

/**
 * The bus cluster that control serves for its workers. A report is repeated until it is answered, so each carries what makes
 * it count once: a delta its sequence, a fact its id.
 */
export const gatewayReport = topic(
  "gateway.control",
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("counted"), delta: Delta }),
    z.object({ kind: z.literal("fact"), id: z.string(), fact: GatewayFact }),
  ]),
);
export type GatewayReport = z.infer<typeof gatewayReport.schema>;

/** The bus cluster that workers serve; the request `"stats"` is answered with `WorkerStats`. */
export const workersCluster = "gateway.workers";
export const WorkerStats = z.object({
  worker: z.string(),
  pid: z.number(),
  snapshot: z.number(),
  connections: z.number(),
  services: z
    .array(
      z.object({
        id: z.string(),
        queued: z.number(),
        isPressed: z.boolean(),
        held: z.number().default(0),
        breaker: BreakerState,
      }),
    )
    .default([]),
  instances: z.array(
    z.object({
      service: z.string(),
      id: z.string(),
      inFlight: z.number(),
      limit: z.number().nullable().default(null),
      pooled: z.number(),
      ejected: z.boolean(),
      share: z.number(),
      sickPaths: z.number(),
      resting: z.boolean(),
    }),
  ),
});
export type WorkerStats = z.infer<typeof WorkerStats>;
