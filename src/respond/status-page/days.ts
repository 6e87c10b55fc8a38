import { instantOf, laterWall, wallOf } from "#kernel";
import type { ComponentStatus, Day } from "./contract.ts";
import { componentStatuses } from "./contract.ts";

export const daysShown = 90;
/** As Statuspage counts it: a part outage is so much of a whole one. */
export const partialWeight = 0.3;

type Stretch = { at: number; status: ComponentStatus };
type Span = { day: string; from: number; to: number };

const two = (n: number): string => String(n).padStart(2, "0");

/** The last days by the clocks of a zone, the oldest first; the last one ends now. */
export function daySpans(now: number, zone: string, count = daysShown): Span[] {
  const today = { ...wallOf(now, zone), hour: 0, minute: 0 };
  const midnights = Array.from({ length: count + 1 }, (_, i) => {
    const wall = laterWall(today, { days: i - count + 1 });
    return { wall, at: instantOf(wall, zone) };
  });
  return midnights.slice(0, count).map(({ wall: { year, month, day }, at }, i) => ({
    ...{ day: `${year}-${two(month)}-${two(day)}`, from: at },
    to: Math.min(now, midnights[i + 1]?.at ?? now),
  }));
}

const worse = (a: ComponentStatus, b: ComponentStatus): ComponentStatus =>
  componentStatuses.indexOf(a) > componentStatuses.indexOf(b) ? a : b;

/** What a component was on each day: by what was posted, and by what the gateway counted. */
export function daysOf(of: {
  spans: readonly Span[];
  since: number;
  statuses: readonly Stretch[];
  /** Requests and failed ones by the hour's beginning. */
  hours: ReadonlyMap<number, { requests: number; failed: number }>;
}): Day[] {
  return of.spans.map(({ day, from, to }) => {
    const lost = { degraded_performance: 0, partial_outage: 0, major_outage: 0 };
    let worst: ComponentStatus | null = to > of.since ? "operational" : null;
    for (const [i, { at, status }] of of.statuses.entries()) {
      const [begin, end] = [Math.max(from, at), Math.min(to, of.statuses[i + 1]?.at ?? to)];
      if (status === "operational" || end <= begin) continue;
      lost[status] += end - begin;
      worst = worse(worst ?? "operational", status);
    }
    let [requests, failed] = [0, 0];
    for (const [at, counted] of of.hours) {
      if (at < from || at >= to) continue;
      requests += counted.requests;
      failed += counted.failed;
    }
    return {
      ...{ day, worst, degradedMs: lost.degraded_performance, partialMs: lost.partial_outage },
      ...{ majorMs: lost.major_outage, failedShare: requests === 0 ? null : failed / requests },
    };
  });
}

/** How much of the time that was seen it worked; null where nothing was seen. */
export function uptimeOf(days: readonly Day[], seenMs: number): number | null {
  if (seenMs <= 0) return null;
  const lost = days.reduce((sum, day) => sum + day.majorMs + partialWeight * day.partialMs, 0);
  return Math.max(0, 1 - lost / seenMs);
}
