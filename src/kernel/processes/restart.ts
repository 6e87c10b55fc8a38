import type { Millis } from "../contract.ts";
import type { FullSpec } from "./defaults.ts";

/** What the last run tells about the next. */
export type Tries = { failures: number };
export const noTries: Tries = { failures: 0 };

/**
 * When a process that ended by itself starts again: doubling from `firstMs` to `maxMs`, forgotten after a healthy
 * run, and called a crash loop after so many failures in a row. It never stops trying.
 */
export function afterExit(
  tries: Tries,
  of: { ranMs: Millis; policy: FullSpec["restart"]; random: number },
): { tries: Tries; delayMs: Millis; isCrashLooping: boolean } {
  const { policy } = of;
  const failures = of.ranMs >= policy.healthyAfterMs ? 1 : tries.failures + 1;
  const doublings = policy.atOnce ? failures - 2 : failures - 1;
  const base =
    doublings < 0 ? 0 : Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(doublings, 30));
  const spread = 1 + policy.jitter * (2 * of.random - 1);
  return {
    tries: { failures },
    delayMs: Math.min(policy.maxMs, Math.round(base * spread)),
    isCrashLooping: failures >= policy.crashLoopAfter,
  };
}
