import type { Millis } from "#kernel";
import type * as z from "zod";
import type { noise, Page, Time } from "../contract.ts";
import type { NoiseConfig } from "./config.ts";
import type { PageRow } from "./pages.ts";
import { dayOf, shiftsWithin, timeOf } from "./times.ts";

type Report = z.infer<(typeof noise)["output"]>;
type ByTime = Record<Time, number>;

const minuteMs = 60_000;
const shortLivedMs = 10 * minuteMs;
const latestMax = 100;
const worstMax = 10;
const becauseMax = 5;

const none = (): ByTime => ({ work: 0, evening: 0, night: 0, weekend: 0 });
const judgedOf = (pages: readonly PageRow[]) => {
  const of = (verdict: string): number => pages.filter((each) => each.verdict === verdict).length;
  const [useful, isNoise] = [of("useful"), of("noise")];
  return { useful, noise: isNoise, unjudged: pages.length - useful - isNoise };
};
const isShortLived = ({ at, ended_at, acknowledged_at }: PageRow): boolean =>
  ended_at !== null && acknowledged_at === null && ended_at - at < shortLivedMs;

/** What the pages of a stretch of time add up to. Pure; pages come newest first. */
export function noiseReport(
  pages: readonly PageRow[],
  span: { from: Millis; to: Millis },
  of: { config: NoiseConfig; pathOf: (rule: string) => string | null },
): Report {
  const { config } = of;
  const { zone, budgetPerShift } = config;
  const timesOf = (some: readonly PageRow[]): ByTime =>
    some.reduce((sum, { at }) => {
      sum[timeOf(at, config)]++;
      return sum;
    }, none());
  const rules = [...Map.groupBy(pages, ({ rule }) => rule)]
    .map(([rule, own]) => ({
      ...{ rule, pages: own.length, times: timesOf(own), ...judgedOf(own) },
      shortLived: own.filter(isShortLived).length,
      because: own
        .flatMap(({ verdict, because }) => (verdict === "noise" && because ? [because] : []))
        .slice(0, becauseMax),
      path: of.pathOf(rule),
    }))
    .toSorted((a, b) => b.pages - a.pages);
  const judged = judgedOf(pages);
  const sum = judged.useful + judged.noise;
  return {
    ...{ ...span, zone, pages: pages.length, times: timesOf(pages), ...judged },
    actionable: sum === 0 ? null : judged.useful / sum,
    ...{ rules, budgetPerShift, shifts: shiftsOf(pages, span, config) },
    days: daysOf(pages, span, config, timesOf),
    latest: pages.slice(0, latestMax).map((each) => pageOf(each, config)),
  };
}

function shiftsOf(
  pages: readonly PageRow[],
  span: { from: Millis; to: Millis },
  { zone, shift, shiftStart, budgetPerShift }: NoiseConfig,
): Report["shifts"] {
  const of = { zone, startMinute: shiftStart, minutes: Math.round(shift / minuteMs) };
  const all = shiftsWithin(span, of).map(({ from, to }) => ({
    ...{ from, to },
    pages: pages.filter(({ at }) => at >= from && at < to).length,
  }));
  const over = all.filter((each) => each.pages > budgetPerShift);
  const worst = over.toSorted((a, b) => b.pages - a.pages).slice(0, worstMax);
  return { all: all.length, over: over.length, worst };
}

function daysOf(
  pages: readonly PageRow[],
  { from, to }: { from: Millis; to: Millis },
  { zone }: NoiseConfig,
  timesOf: (some: readonly PageRow[]) => ByTime,
): Report["days"] {
  const byDay = Map.groupBy(pages, ({ at }) => dayOf(at, zone));
  const days = new Set<string>();
  for (let at = from; at < to; at += 6 * 60 * minuteMs) days.add(dayOf(at, zone));
  days.add(dayOf(to - 1, zone));
  return [...days].map((day) => ({ day, times: timesOf(byDay.get(day) ?? []) }));
}

function pageOf(row: PageRow, config: NoiseConfig): Page {
  const { group_id: group, at, title, rule, service, severity, verdict, because } = row;
  return {
    ...{ group, at, title, rule, service, severity, verdict, because },
    time: timeOf(at, config),
    endedAt: row.ended_at,
    acknowledgedAt: row.acknowledged_at,
  };
}
