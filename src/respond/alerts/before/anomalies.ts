import type { CounterDef, Labels, Millis, Read } from "#kernel";
import * as gateway from "../../../absorb/gateway/contract.ts";
import type { Anomaly } from "../contract.ts";

const minuteMs = 60_000;
/** What was ordinary is read from the hour before; what is odd from so long before the beginning and after it. */
const ordinaryMs = 60 * minuteMs;
const leadMs = 10 * minuteMs;
const afterMs = 5 * minuteMs;

const timesMin = 2;
const slowerMin = 1.5;
const countMin = 30;
/** Traffic comes in bursts, so its spread is taken for so many times that of chance. */
const burstiness = 4;
const deviationsMin = 5;

type Counted = { what: string; counter: CounterDef; where: Labels };

/** What is looked at for a service, or for the whole gateway where none is named. */
function watched(service: string | undefined): Counted[] {
  const of = service === undefined ? {} : { service };
  const whose = service === undefined ? "" : ` of ${service}`;
  return [
    { what: `requests${whose}`, counter: gateway.requests, where: of },
    { what: `5xx answers${whose}`, counter: gateway.requests, where: { ...of, class: "5xx" } },
    { what: `4xx answers${whose}`, counter: gateway.requests, where: { ...of, class: "4xx" } },
    { what: `retries${whose}`, counter: gateway.retries, where: of },
    {
      what: `visitors that left${whose}`,
      counter: gateway.aborts,
      where: { ...of, side: "visitor" },
    },
  ];
}

const figure = (value: number): string =>
  String(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));

/** Numbers that were odd around the beginning of something, the oddest first. */
export function anomaliesAround(
  { counters, now }: Pick<Read, "counters" | "now">,
  { service, at }: { service?: string | undefined; at: Millis },
): Anomaly[] {
  const odd = { from: at - leadMs, to: Math.min(now, at + afterMs) };
  const ordinary = { from: odd.from - ordinaryMs, to: odd.from };
  const minutes = (odd.to - odd.from) / minuteMs;
  const share = (odd.to - odd.from) / ordinaryMs;
  const found = watched(service).flatMap(({ what, counter, where }) => {
    const total = (span: typeof odd): number =>
      counters.total(counter, span, { where })[0]?.value ?? 0;
    const [seen, expected] = [total(odd), total(ordinary) * share];
    const deviations = (seen - expected) / Math.sqrt(burstiness * Math.max(expected, 1));
    const isOther = seen > expected ? seen >= timesMin * expected : expected >= timesMin * seen;
    if (Math.max(seen, expected) < countMin || !isOther || Math.abs(deviations) < deviationsMin)
      return [];
    const [was, is] = [expected / minutes, seen / minutes];
    const says = `${what}: ${figure(is)} a minute where ${figure(was)} are ordinary`;
    return [{ weight: Math.abs(deviations), anomaly: { what, before: was, now: is, says } }];
  });
  const slow = slowness(counters, { service, odd, ordinary });
  return [...found.toSorted((a, b) => b.weight - a.weight).map(({ anomaly }) => anomaly), ...slow];
}

type Span = { from: Millis; to: Millis };
function slowness(
  counters: Read["counters"],
  of: { service: string | undefined; odd: Span; ordinary: Span },
): Anomaly[] {
  if (of.service === undefined) return [];
  const where = { service: of.service };
  const read = (span: Span) => counters.distributions(gateway.latency, span, { where })[0];
  const [now, before] = [read(of.odd), read(of.ordinary)];
  if (!now || !before || Math.min(now.count, before.count) < countMin) return [];
  const [is, was] = [now.quantile(0.95) ?? 0, before.quantile(0.95) ?? 0];
  if (is < slowerMin * was) return [];
  const what = `slowest answers of ${of.service}`;
  const says = `${what} (p95): ${figure(is)} ms where ${figure(was)} are ordinary`;
  return [{ what, before: was, now: is, says }];
}
