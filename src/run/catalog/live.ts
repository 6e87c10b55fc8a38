import { perCastor, type ProcessState, Turns } from "#kernel";
import type { Config } from "./config.ts";
import { type Checks, noChecks } from "./health.ts";

/** What changes too often to be a fact, and is known again soon after a restart. */
export type Live = {
  /** The keeper's last word on each process. */
  processes: Map<string, ProcessState>;
  checks: Map<string, Checks>;
  /** The configuration before, to say what differs. */
  config?: Config;
  turns: Turns;
};

export const liveOf = perCastor((): Live => ({
  processes: new Map(),
  checks: new Map(),
  turns: new Turns(),
}));

export function checksOf(live: Live, instance: string): Checks {
  const found = live.checks.get(instance);
  if (found) return found;
  const fresh = noChecks();
  live.checks.set(instance, fresh);
  return fresh;
}

/** One decision at a time: two must not see the same state and both record what only one may. */
export const inTurn = <T>(live: Live, act: () => Promise<T>): Promise<T> =>
  live.turns.take("instances", act);
