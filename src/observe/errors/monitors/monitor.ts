import { nextRun, type Plan, unplanned } from "./plan.ts";

/** Why a run counts as failed: it did not begin, it said so itself, or it did not end. */
export type Why = "missed" | "error" | "overran";
export type News =
  | { what: "failed"; why: Why; at: number; inRow: number; expectedAt?: number }
  | { what: "recovered"; at: number; lastedMs: number };
/** A job that checks in, as far as telling its failures goes. */
export type Monitor = {
  plan: Plan;
  last: { status: string; at: number };
  expectedAt?: number;
  running: readonly { id: string; since: number }[];
  /** In a row. */
  failures: number;
  recoveries: number;
  failing?: { since: number; why: Why };
};
export type CheckIn = { id: string; status: string; at: number; plan?: Plan | undefined };
/** What follows from a look at a clock or a check-in; `ended` are runs that are known to have failed by it. */
export type Followed = { monitor: Monitor; news?: News; missed?: number[]; overran?: string[] };

const runningMax = 20;
/** Missed more often while nobody looked, it is enough to know the last ones. */
const missedTogetherMax = 20;

/** A job says that it began, or how it ended. */
export function checkIn(known: Monitor | undefined, said: CheckIn): Followed {
  const { id, status, at } = said;
  const plan = said.plan ?? known?.plan ?? unplanned;
  const before: Monitor = known ?? {
    ...{ plan, last: { status, at }, running: [], failures: 0, recoveries: 0 },
  };
  const isKnownRun = before.running.some((each) => each.id === id);
  const others = before.running.filter((each) => each.id !== id);
  const isBegin = status === "in_progress";
  const now: Monitor = {
    ...before,
    plan,
    last: { status, at },
    running: isBegin ? [...others, { id, since: at }].slice(-runningMax) : others,
  };
  const isSamePlan = JSON.stringify(plan) === JSON.stringify(before.plan);
  const expectedAt = isKnownRun && isSamePlan ? before.expectedAt : nextAfter(before, plan, at);
  const timed = withExpected(now, expectedAt);
  if (status === "ok") return recovered(timed, at);
  return status === "error" ? failed(timed, { why: "error", at }) : { monitor: timed };
}

/** A run that began a little early is the one that was expected. */
function nextAfter(before: Monitor, plan: Plan, at: number): number | undefined {
  const { expectedAt } = before;
  const isEarly = expectedAt !== undefined && at < expectedAt && at >= expectedAt - plan.marginMs;
  return nextRun(plan, isEarly && plan.schedule?.kind === "crontab" ? expectedAt : at);
}

function withExpected(monitor: Monitor, at: number | undefined): Monitor {
  const { expectedAt: _before, ...rest } = monitor;
  return at === undefined ? rest : { ...rest, expectedAt: at };
}

/** When it has to be looked at again. */
export function dueAt({ plan, expectedAt, running }: Monitor): number | undefined {
  const times = [
    ...(expectedAt === undefined ? [] : [expectedAt + plan.marginMs]),
    ...running.map(({ since }) => since + plan.runtimeMsMax),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Time has passed: what did not begin was missed, what did not end has overrun. */
export function look(monitor: Monitor, now: number): Followed {
  const { plan } = monitor;
  const over = monitor.running.filter(({ since }) => since + plan.runtimeMsMax <= now);
  let after: Followed = {
    monitor: { ...monitor, running: monitor.running.filter((each) => !over.includes(each)) },
  };
  over.forEach(() => {
    after = both(after, failed(after.monitor, { why: "overran", at: now }));
  });
  const missed: number[] = [];
  let { expectedAt } = monitor;
  while (expectedAt !== undefined && expectedAt + plan.marginMs <= now) {
    missed.push(expectedAt);
    const one = failed(after.monitor, { why: "missed", at: now, expectedAt });
    after = both(after, one);
    expectedAt = nextRun(plan, missed.length < missedTogetherMax ? expectedAt : now);
  }
  return {
    ...after,
    monitor: withExpected(after.monitor, expectedAt),
    ...{ missed, overran: over.map(({ id }) => id) },
  };
}
const both = (before: Followed, after: Followed): Followed => ({ ...before, ...after });

/** Nobody listened for a while: what fell into it says nothing. */
export const forgive = (monitor: Monitor, now: number): Monitor =>
  withExpected({ ...monitor, running: [] }, nextRun(monitor.plan, now));

function failed(monitor: Monitor, of: { why: Why; at: number; expectedAt?: number }): Followed {
  const failures = monitor.failures + 1;
  const now: Monitor = { ...monitor, failures, recoveries: 0 };
  if (monitor.failing) return { monitor: { ...now, failing: { ...monitor.failing, why: of.why } } };
  if (failures < monitor.plan.failuresMin) return { monitor: now };
  return {
    monitor: { ...now, failing: { since: of.at, why: of.why } },
    news: { what: "failed", inRow: failures, ...of },
  };
}

function recovered(monitor: Monitor, at: number): Followed {
  const recoveries = monitor.recoveries + 1;
  const now: Monitor = { ...monitor, failures: 0, recoveries };
  const { failing, ...healthy } = now;
  if (!failing || recoveries < monitor.plan.recoveriesMin) return { monitor: now };
  return { monitor: healthy, news: { what: "recovered", at, lastedMs: at - failing.since } };
}
