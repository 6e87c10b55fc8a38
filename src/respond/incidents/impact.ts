import type { Read } from "#kernel";
import * as z from "zod";
import { requests, visitors } from "../../absorb/gateway/contract.ts";
import type { Incident, impactOf } from "./contract.ts";

/** What people felt, from the gateway's counters between the beginning of the harm and its end. */
export function impactNow(
  read: Pick<Read, "counters" | "now">,
  { times, services }: Incident,
): z.infer<typeof impactOf.output> {
  const [from, to] = [times.started, times.mitigated ?? times.resolved ?? read.now];
  const range = { from, to };
  const found = new Map<string, { requests: number; failed: number }>();
  for (const { labels, value } of read.counters.total(requests, range, {
    by: ["service", "class"],
  })) {
    const { service = "", class: kind } = labels;
    if (service === "" || (services.length > 0 && !services.includes(service))) continue;
    const sum = found.get(service) ?? { requests: 0, failed: 0 };
    sum.requests += value;
    if (kind === "5xx") sum.failed += value;
    found.set(service, sum);
  }
  const people = new Map(
    read.counters
      .total(visitors, range, { by: ["service"] })
      .map(({ labels, value }) => [labels["service"] ?? "", Math.round(value)]),
  );
  return {
    ...range,
    services: [...found]
      .map(([service, sums]) => ({ service, ...sums, visitors: people.get(service) ?? null }))
      .toSorted((a, b) => b.failed - a.failed),
  };
}
