import type { Read } from "#kernel";
import type * as z from "zod";
import { targets } from "../../run/catalog/contract.ts";
import { barriersNow } from "./barriers.ts";
import {
  instanceErrors,
  instanceRequests,
  type now,
  queueWait,
  requests,
  stripLength,
} from "./contract.ts";
import type { WorkerStats } from "./data-plane/messages.ts";
import { instanceRates, quantilesNow, rate } from "./live-figures.ts";
import { closedNow, limitNow, queuesNow } from "./queues-now.ts";
import type { Config } from "./route.ts";

type ServiceNow = z.infer<(typeof now)["output"]>["services"][number];
type Strip = ServiceNow["instances"][number]["strip"];

const stepMs = 10_000;
const badShare = 0.5;
const worstFirst = ["open", "recovering", "closed"] as const;

/** How each instance did in the last intervals, from what the workers counted. */
function stripsOf({ counters, now: at }: Read<Config>): (instance: string) => Strip {
  const to = (Math.floor(at / stepMs) + 1) * stepMs;
  const range = { from: to - stripLength * stepMs, to, step: "10s" } as const;
  const points = (of: typeof instanceRequests): Map<string, readonly (number | null)[]> =>
    new Map(
      counters
        .sum(of, range, { by: ["instance"] })
        .map((series) => [series.labels["instance"] ?? "", series.points]),
    );
  const [asked, failed] = [points(instanceRequests), points(instanceErrors)];
  return (instance) =>
    Array.from({ length: stripLength }, (_, i) => {
      const requestCount = asked.get(instance)?.[i] ?? 0;
      const errorCount = failed.get(instance)?.[i] ?? 0;
      if (requestCount === 0 && errorCount === 0) return "none";
      if (errorCount === 0) return "good";
      return errorCount >= requestCount * badShare ? "bad" : "mixed";
    });
}

/** Every service with its instances: what they carry, and how they are cared for at the workers. */
export async function servicesNow(
  read: Read<Config>,
  stats: readonly WorkerStats[],
): Promise<ServiceNow[]> {
  const { counters, now: at } = read;
  const perSecond = instanceRates(counters, at, "requests");
  const errors = instanceRates(counters, at, "errors");
  const strip = stripsOf(read);
  const known = stats.flatMap((each) => each.services);
  return (await read.ask(targets, {})).map(({ service, instances }) => ({
    service,
    requestsPerSecond: rate(counters, at, requests, { service }),
    errorsPerSecond: rate(counters, at, requests, { service, class: "5xx" }),
    latencyMs: quantilesNow(counters, at, { service }),
    ...queuesNow(stats, service),
    ...closedNow(read.view(barriersNow), service),
    queueWaitMs: quantilesNow(counters, at, { service }, queueWait),
    breaker:
      worstFirst.find((state) =>
        known.some((each) => each.id === service && each.breaker === state),
      ) ?? "off",
    instances: instances.map(({ id, healthy }) => {
      const seen = stats.flatMap((each) => each.instances).filter((each) => each.id === id);
      return {
        id,
        healthy,
        requestsPerSecond: perSecond.get(id) ?? 0,
        errorsPerSecond: errors.get(id) ?? 0,
        inFlight: seen.reduce((sum, each) => sum + each.inFlight, 0),
        limit: limitNow(seen, id),
        ejected: seen.some((each) => each.ejected),
        share: Math.min(1, ...seen.map((each) => each.share)),
        sickPaths: Math.max(0, ...seen.map((each) => each.sickPaths)),
        resting: seen.some((each) => each.resting),
        strip: strip(id),
      };
    }),
  }));
}
