import type { Beat } from "./contract.ts";

export const stripLength = 64;

export type CheckResult = { at: number; ok: boolean; says: string; tookMs: number };
export type Thresholds = { healthyAfter: number; unhealthyAfter: number };
/** The checks of one instance since its process started, and the strip of all of them. Kept in memory, not in the log. */
export type Checks = {
  strip: Beat[];
  passes: number;
  failures: number;
  last?: CheckResult;
  nextAt: number;
  isUnderWay: boolean;
  /** How this run was warmed up, in words; empty where it was not. */
  warmth: string;
};

export const noChecks = (): Checks => ({
  strip: [],
  passes: 0,
  failures: 0,
  nextAt: 0,
  isUnderWay: false,
  warmth: "",
});

/** A new process earns its health anew, at once. */
export const startAnew = (checks: Checks): void => {
  Object.assign(checks, { passes: 0, failures: 0, nextAt: 0, warmth: "" });
};

/** Notes a check; says healthy or not once so many in a row agree. */
export function noteCheck(
  checks: Checks,
  result: CheckResult,
  { healthyAfter, unhealthyAfter }: Thresholds,
): { healthy: boolean; why: string } | undefined {
  checks.strip.push(result.ok ? "ok" : "fail");
  if (checks.strip.length > stripLength) checks.strip.shift();
  checks.last = result;
  checks.passes = result.ok ? checks.passes + 1 : 0;
  checks.failures = result.ok ? 0 : checks.failures + 1;
  if (checks.passes >= healthyAfter) return { healthy: true, why: result.says };
  if (checks.failures < unhealthyAfter) return undefined;
  const before = unhealthyAfter > 1 ? `${unhealthyAfter} checks failed in a row, last: ` : "";
  return { healthy: false, why: before + result.says };
}

const untilKnownMs = 250;
const whileIllMs = 1_000;
const jitter = 0.1;

/** When to check again: soon while it is not known, often while it is ill, as configured while it is well. */
export function pauseMs(
  of: { health: "healthy" | "unhealthy" | "unknown"; everyMs: number; hasFailures: boolean },
  random: number,
): number {
  const whileNotKnown = of.health === "unknown" ? untilKnownMs : whileIllMs;
  const isWell = of.health === "healthy" && !of.hasFailures;
  const base = isWell ? of.everyMs : Math.min(of.everyMs, whileNotKnown);
  return Math.round(base * (1 + jitter * (2 * random - 1)));
}
