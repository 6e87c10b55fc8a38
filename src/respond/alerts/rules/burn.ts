import type { Labels, Millis } from "#kernel";
import { latency, refusals, requests } from "../../../absorb/gateway/contract.ts";
import type { Severity } from "../contract.ts";
import type { Numbers, Span } from "./numbers.ts";
import type { Objective } from "./objective.ts";
import { everyMsOf } from "./rule-watch.ts";
import type { Watch } from "./watch.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * The windows of the SRE workbook (table 5-8): so much of the budget within the long one is worth a page or a ticket, and the
 * short one, a twelfth of it, says that it goes on. How many times too fast that is follows from the period.
 */
const windows: readonly { longMs: Millis; budget: number; severity: Severity }[] = [
  { longMs: hourMs, budget: 0.02, severity: "critical" },
  { longMs: 6 * hourMs, budget: 0.05, severity: "critical" },
  { longMs: 72 * hourMs, budget: 0.1, severity: "warning" },
];
const shortShare = 12;

/** What the operator decided is no failure of the service. */
const excused = ["gateway.stopped", "room.full", "room.unsafe", "room.upgrade"];

/** Requests that count and those of them that were bad. What clients did wrong (4xx) is neither good nor bad. */
export type Tally = { valid: number; bad: number };

export function tallyOf(of: Objective, numbers: Numbers, span: Span): Tally {
  if (of.slowerThan !== undefined) {
    const where = { service: of.service ?? "" };
    const [found] = numbers.distributions(latency, span, { where });
    return { valid: found?.count ?? 0, bad: found?.countAbove(of.slowerThan) ?? 0 };
  }
  const where: Labels =
    of.service === undefined ? { route: of.route ?? "" } : { service: of.service };
  const tally = { valid: 0, bad: 0 };
  const routes = new Set<string>();
  for (const { labels, value } of numbers.total(requests, span, {
    where,
    by: ["class", "route"],
  })) {
    if (labels["class"] === "4xx") continue;
    tally.valid += value;
    if (labels["class"] !== "5xx") continue;
    tally.bad += value;
    routes.add(labels["route"] ?? "");
  }
  if (tally.bad === 0) return tally;
  const decided = excused.reduce((sum, reason) => {
    const found = numbers.total(refusals, span, { where: { reason }, by: ["route"] });
    const ours = found.filter(({ labels }) => routes.has(labels["route"] ?? ""));
    return sum + ours.reduce((all, { value }) => all + value, 0);
  }, 0);
  const less = Math.min(decided, tally.bad);
  return { valid: tally.valid - less, bad: tally.bad - less };
}

/** How many times faster than it may the budget goes; 1 uses it up exactly at the end of the period. */
export const burnOf = ({ valid, bad }: Tally, { target }: Objective): number =>
  valid === 0 ? 0 : bad / valid / (1 - target);

export type Burn = {
  longMs: Millis;
  factor: number;
  severity: Severity;
  long: number;
  short: number;
  isKnown: boolean;
  isEnough: boolean;
};

export function burns(of: Objective, numbers: Numbers, at: Millis): Burn[] {
  return windows.map(({ longMs, budget, severity }) => {
    const factor = (of.period * budget) / longMs;
    const tally = tallyOf(of, numbers, { from: at - longMs, to: at });
    const long = burnOf(tally, of);
    // Most looks find nothing in the long window; the short one need not be read then.
    const short =
      long > factor
        ? burnOf(tallyOf(of, numbers, { from: at - longMs / shortShare, to: at }), of)
        : 0;
    const isEnough = tally.valid >= of.atLeast && tally.bad >= of.failuresAtLeast;
    return {
      longMs,
      factor,
      severity,
      long,
      short,
      isEnough,
      isKnown: numbers.since <= at - longMs,
    };
  });
}

/**
 * Fires when both windows of a pair burn too fast, once there is a whole long window to look back on; ends when no long window
 * does any longer, so that a short calm within an outage ends nothing. One alert at a time: while it pages, no ticket is open.
 */
export function objectiveWatch(name: string, of: Objective): Watch {
  const about = of.service === undefined ? { route: of.route ?? "" } : { service: of.service };
  const labelsFor = (severity: Severity): Labels => ({
    ...{ alertname: "ErrorBudgetBurning", objective: name, severity, ...about },
  });
  return {
    name,
    everyMs: everyMsOf(hourMs / shortShare),
    windowMs: { min: hourMs / shortShare, max: 72 * hourMs },
    hold: { forMs: 0, keepMs: 0 },
    look: (numbers, at, isFiring) => {
      const all = burns(of, numbers, at);
      const isMeasured = numbers.watched({ from: at - hourMs / shortShare, to: at }) > 0;
      const severities = ["critical", "warning"] as const;
      let isTold = false;
      return severities.map((severity) => {
        const labels = labelsFor(severity);
        const goesOn = isFiring(labels);
        const bad = all.find(
          (each) =>
            each.severity === severity &&
            each.isKnown &&
            each.isEnough &&
            each.long > each.factor &&
            (goesOn || each.short > each.factor),
        );
        const isBad = bad !== undefined && !isTold;
        isTold ||= isBad;
        return {
          labels,
          value: bad?.long ?? 0,
          // What cannot be measured now neither begins nor ends.
          isBad: isMeasured || isBad ? isBad : undefined,
          annotations: bad === undefined ? {} : annotationsOf(of, bad),
        };
      });
    },
  };
}

function annotationsOf(of: Objective, { long, longMs }: Burn): Labels {
  const whose = of.service ?? `route ${of.route}`;
  const failed = percent(long * (1 - of.target));
  const how = of.slowerThan === undefined ? "failed" : `took more than ${of.slowerThan} ms`;
  const summary = `${whose} uses up its error budget ${Number(long.toPrecision(2))} times too fast: ${failed} of requests ${how} within ${longMs / hourMs} h where ${percent(1 - of.target)} may`;
  return { summary, ...(of.runbook === undefined ? {} : { runbook: of.runbook }) };
}
const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
