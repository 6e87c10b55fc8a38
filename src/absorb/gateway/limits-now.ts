import type { Read } from "#kernel";
import type * as z from "zod";
import { type limits, rateLimited } from "./contract.ts";
import { rates } from "./live-figures.ts";
import { rateLimitTarget } from "./limits.ts";
import { type Config, routesOf } from "./route.ts";

type Limits = z.infer<(typeof limits)["output"]>;

/** Every limit as it is configured, with what it refuses now. */
export function limitsNow({ config, counters, now }: Read<Config>): Limits {
  const found = rates(counters, now, rateLimited, ["route", "limit", "outcome"]);
  const perSecond = (route: string, limit: string, outcome: string): number =>
    found.find(
      ({ labels }) =>
        labels.route === route && labels.limit === limit && labels.outcome === outcome,
    )?.rate ?? 0;
  const all = routesOf(config, []).flatMap(({ id: route, rateLimits }) =>
    rateLimits.map((limit) => {
      const { name, by, burst, dryRun } = rateLimitTarget(limit);
      return {
        ...{ route, name, by, rate: limit.rate, burst, dryRun },
        refusedPerSecond: perSecond(route, name, "refused"),
        wouldRefusePerSecond: perSecond(route, name, "would-refuse"),
      };
    }),
  );
  return { limits: all };
}
