import * as z from "zod";

const millis = z.number().int().min(1);

/** When a service is left alone because its answers are errors. */
export const BreakerTarget = z.object({
  /** So many of the requests within the window must fail. */
  errorShare: z.number().min(0).max(1).default(0.5),
  requestsMin: z.number().int().min(1).default(20),
  windowMs: millis.default(10_000),
  openMs: millis.default(10_000),
  recoverMs: millis.default(10_000),
});
export type BreakerTarget = z.infer<typeof BreakerTarget>;

/** For how long an instance is not asked for what it just failed to answer. */
export const SaintTarget = z.object({
  forMs: millis.default(20_000),
  /** With so many marks it rests altogether; no more are kept. */
  marksMax: z.number().int().min(1).max(100).default(10),
});
export type SaintTarget = z.infer<typeof SaintTarget>;

/** When an idempotent request without an answer is sent to another instance. */
export const PatienceTarget = z.object({
  minMs: millis.default(1_000),
  /** Times the 99th percentile of the service's time to the first byte. */
  factor: z.number().min(1).default(3),
});
export type PatienceTarget = z.infer<typeof PatienceTarget>;

/** How a service's instances are cared for; what is absent is not done. */
export const CareTarget = z.object({
  breaker: BreakerTarget.optional(),
  saint: SaintTarget.optional(),
  patience: PatienceTarget.optional(),
  /** 0: a new instance gets its full share at once. */
  slowStartMs: z.number().int().min(0).default(0),
  /** An idempotent request that gets one of these goes to another instance. */
  retryStatuses: z.array(z.number().int().min(500).max(599)).default([]),
});
export type CareTarget = z.infer<typeof CareTarget>;
