import type { Read } from "#kernel";
import * as z from "zod";
import { requests, visitors } from "../../absorb/gateway/contract.ts";
import type { Incident, impactOf } from "./contract.ts";

type Sums = { requests: number; failed: number };
const routesMax = 5;

const worst = (routes: ReadonlyMap<string, Sums>): (Sums & { route: string })[] =>
  [...routes]
    .filter(([, { failed }]) => failed > 0)
    .map(([route, sums]) => ({ route, ...sums }))
    .toSorted((a, b) => b.failed - a.failed)
    .slice(0, routesMax);

/** What people felt, from the gateway's counters between the beginning of the harm and its end. */
export function impactNow(
  read: Pick<Read, "counters" | "now">,
  { times, services }: Incident,
): z.infer<typeof impactOf.output> {
  const [from, to] = [times.started, times.mitigated ?? times.resolved ?? read.now];
  const range = { from, to };
  const found = new Map<string, Sums & { routes: Map<string, Sums> }>();
  for (const { labels, value } of read.counters.total(requests, range, {
    by: ["service", "route", "class"],
  })) {
    const { service = "", route = "", class: kind } = labels;
    if (service === "" || (services.length > 0 && !services.includes(service))) continue;
    const sum = found.get(service) ?? { requests: 0, failed: 0, routes: new Map<string, Sums>() };
    const ofRoute = sum.routes.get(route) ?? { requests: 0, failed: 0 };
    for (const each of [sum, ofRoute]) {
      each.requests += value;
      if (kind === "5xx") each.failed += value;
    }
    sum.routes.set(route, ofRoute);
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
      .map(([service, { routes, ...sums }]) => ({
        ...{ service, ...sums, visitors: people.get(service) ?? null },
        routes: worst(routes),
      }))
      .toSorted((a, b) => b.failed - a.failed),
  };
}
