import type { Instance } from "../instance.ts";

/** The least share that a new instance gets (Envoy's minimum weight). */
const shareMin = 0.1;

/** Which share of its turns an instance takes: it grows from a tenth to all while it warms up. */
export function shareOf(instance: Instance, slowStartMs: number, now: number): number {
  if (instance.startedAt === 0) return 1;
  const share = (now - instance.startedAt) / slowStartMs;
  if (share >= 1) instance.startedAt = 0;
  return Math.min(1, Math.max(shareMin, share));
}
