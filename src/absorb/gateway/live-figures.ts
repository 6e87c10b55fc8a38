import type { CounterDef, Labels, Range, Read, Series } from "#kernel";
import type * as z from "zod";
import {
  bytes,
  instanceErrors,
  instanceRequests,
  latency,
  type now,
  originAnswers,
  originTime,
  protocols,
  refusals,
  type refused,
  requests,
  retries,
  visitors,
} from "./contract.ts";

type Counters = Read["counters"];
type Now = z.infer<(typeof now)["output"]>;
type Refused = z.infer<(typeof refused)["output"]>["refusals"];
export type Quantiles = Now["latencyMs"];

const stepMs = 10_000;
const shown = [0.5, 0.95, 0.99];

/** Rates over the last ten to twenty seconds: the current slot and the one before, so that a figure is never from one second. */
const recent = (at: number): { range: { from: number; to: number }; seconds: number } => {
  const from = Math.floor(at / stepMs) * stepMs - stepMs;
  return { range: { from, to: at + 1 }, seconds: Math.max(1, (at - from) / 1000) };
};

/** Per second, by group. */
export function rates(
  counters: Counters,
  at: number,
  of: CounterDef,
  by: readonly string[],
  where?: Labels,
): { labels: Labels; rate: number }[] {
  const { range, seconds } = recent(at);
  return counters
    .total(of, range, { by, ...(where ? { where } : {}) })
    .map(({ labels, value }) => ({ labels, rate: value / seconds }));
}

export const rate = (counters: Counters, at: number, of: CounterDef, where?: Labels): number =>
  rates(counters, at, of, [], where).reduce((sum, each) => sum + each.rate, 0);

export function quantilesNow(
  counters: Counters,
  at: number,
  where?: Labels,
  of: CounterDef = latency,
): Quantiles {
  const range: Range = { ...recent(at).range, step: "10s" };
  const series = counters.quantiles(of, range, shown, where ? { where } : {});
  const [p50, p95, p99] = shown.map((quantile) => latest(series, quantile));
  return { p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null };
}

/** Of the last whole slot, so that it agrees with the charts; of the one that is open only while there is no other. */
const latest = (series: readonly Series[], quantile: number): number | null =>
  series
    .find((each) => each.labels["quantile"] === String(quantile))
    ?.points.find((point) => point !== null) ?? null;

export const statusClasses = (counters: Counters, at: number): Record<string, number> =>
  Object.fromEntries(
    rates(counters, at, requests, ["class"]).map(({ labels, rate: n }) => [
      labels.class ?? "other",
      n,
    ]),
  );

export const protocolsNow = (counters: Counters, at: number): Record<string, number> =>
  Object.fromEntries(
    rates(counters, at, protocols, ["protocol"]).map(({ labels, rate: n }) => [
      labels.protocol ?? "other",
      n,
    ]),
  );

export const refusalsNow = (counters: Counters, at: number): Now["refusals"] =>
  rates(counters, at, refusals, ["reason"])
    .map(({ labels, rate: perSecond }) => ({ reason: labels.reason ?? "other", perSecond }))
    .filter((each) => each.perSecond > 0)
    .toSorted((a, b) => b.perSecond - a.perSecond);

/** The most refused first. */
export function refusedNow(counters: Counters, at: number, minutes: number): Refused {
  const keyOf = ({ route = "-", reason = "other" }: Labels) => `${route} ${reason}`;
  const by = ["route", "reason"];
  const now = new Map(
    rates(counters, at, refusals, by).map((each) => [keyOf(each.labels), each.rate]),
  );
  return counters
    .total(refusals, { from: at - minutes * 60_000, to: at + 1 }, { by })
    .map(({ labels, value }) => ({
      reason: labels.reason ?? "other",
      route: labels.route ?? "-",
      perSecond: now.get(keyOf(labels)) ?? 0,
      total: value,
    }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.perSecond - a.perSecond || b.total - a.total);
}

/** What each route costs its service now. */
export function costsNow(
  counters: Counters,
  at: number,
): (route: string) => { atOrigin: number; originMs: number | null } {
  const perRoute = (of: CounterDef): Map<string, number> =>
    new Map(rates(counters, at, of, ["route"]).map((each) => [each.labels.route ?? "", each.rate]));
  const [spent, answered] = [perRoute(originTime), perRoute(originAnswers)];
  return (route) => {
    const [ms, answers] = [spent.get(route) ?? 0, answered.get(route) ?? 0];
    return { atOrigin: ms / 1_000, originMs: answers > 0 ? ms / answers : null };
  };
}

export const bytesNow = (counters: Counters, at: number): Now["bytesPerSecond"] => ({
  in: rate(counters, at, bytes, { direction: "in" }),
  out: rate(counters, at, bytes, { direction: "out" }),
});

export const retriesNow = (counters: Counters, at: number): number => rate(counters, at, retries);
export const visitorsNow = (counters: Counters, at: number): number => rate(counters, at, visitors);

export const instanceRates = (
  counters: Counters,
  at: number,
  of: "requests" | "errors",
): Map<string, number> =>
  new Map(
    rates(counters, at, of === "requests" ? instanceRequests : instanceErrors, ["instance"]).map(
      ({ labels, rate: n }) => [labels.instance ?? "other", n],
    ),
  );

/** Ten-second steps per second, oldest first; `null` where nothing was counted. The step that is still open is left out. */
export function history(counters: Counters, at: number, minutes: number): Now["history"] {
  const to = Math.floor(at / stepMs) * stepMs;
  const range: Range = { from: to - minutes * 60_000, to, step: "10s" };
  const perSecond = (series: Series | undefined): (number | null)[] =>
    series?.points.map((point) => (point === null ? null : point / (stepMs / 1000))) ?? [];
  const classes = counters.sum(requests, range, { by: ["class"] });
  const quantiles = counters.quantiles(latency, range, shown);
  const line = (quantile: number): (number | null)[] =>
    quantiles.find((each) => each.labels.quantile === String(quantile))?.points ?? [];
  return {
    stepMs,
    at: Array.from({ length: (range.to - range.from) / stepMs }, (_, i) => range.from + i * stepMs),
    requests: Object.fromEntries(
      classes.map((series) => [series.labels.class ?? "other", perSecond(series)]),
    ),
    visitors: perSecond(counters.sum(visitors, range)[0]),
    origin: perSecond(counters.sum(originAnswers, range)[0]),
    p50: line(0.5),
    p95: line(0.95),
    p99: line(0.99),
  };
}
