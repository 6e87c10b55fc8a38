import { action, type Effects, type Read, type Refusal } from "#kernel";
import * as z from "zod";
import { targets } from "../../run/catalog/contract.ts";
import {
  Always,
  SplitBy,
  mirrorChanged,
  mirrored,
  mirrorEnded,
  notForked,
  requests,
  splitChanged,
  splitEnded,
  type splits,
  unknownRoute,
  unknownService,
} from "./contract.ts";
import { forked } from "./forked.ts";
import { rate } from "./live-figures.ts";
import { type Config, routesOf } from "./route.ts";

const Reason = z.string().min(3).max(200).describe("Why; the log carries it.");
const RouteId = z.string().min(1).describe("As `castor gateway routes` names it.");
type Done = Refusal | { route: string };

/** A mistake in what was asked, in the words of the problem; undefined when route and services are there. */
export async function lacking(
  fx: Effects<Config>,
  { route, services }: { route: string | undefined; services: readonly string[] },
): Promise<Refusal | undefined> {
  const known = (await fx.ask(targets, {})).map(({ service }) => service);
  const routes = routesOf(fx.config, known).map(({ id }) => id);
  if (route !== undefined && !routes.includes(route)) {
    return unknownRoute(`There is no route ${route}. There are: ${routes.join(", ")}.`);
  }
  const missing = services.find((each) => !known.includes(each));
  if (missing === undefined) return undefined;
  return unknownService(`There is no service ${missing}. There are: ${known.join(", ")}.`);
}

/** `gateway.split`: the shares of a route's requests that services get, at once at all workers. */
export const split = action("gateway.split", {
  about: "Splits a route over services by a stable hash; all of the weight on one is a switch.",
  input: z
    .object({
      route: RouteId,
      to: z
        .record(z.string(), z.number().min(0).max(1_000_000))
        .refine((to) => Object.values(to).some((weight) => weight > 0), "Somebody must get some")
        .describe('Weights by service, for example {"shop":90,"shop-next":10}.'),
      by: SplitBy.default("visitor").describe("By what a visitor keeps their side."),
      always: z.array(Always).max(20).default([]).describe("Who is always sent to a service."),
      reason: Reason,
    })
    .strict(),
  output: z.object({ route: z.string() }),
  act: async ({ route, to, by, always, reason }, fx: Effects<Config>): Promise<Done> => {
    const shares = Object.entries(to).map(([service, weight]) => ({ service, weight }));
    const services = [...shares, ...always].map(({ service }) => service);
    const refused = await lacking(fx, { route, services });
    if (refused !== undefined) return refused;
    await fx.record(`splits/${route}`, [splitChanged({ route, by, shares, always, reason })]);
    return { route };
  },
});

export const endSplit = action("gateway.end-split", {
  about: "Sends a route where the configuration says, without copies.",
  input: z.object({ route: RouteId, reason: Reason }).strict(),
  output: z.object({ route: z.string() }),
  act: async ({ route, reason }, fx: Effects<Config>): Promise<Done> => {
    const { splits: on, mirrors } = fx.view(forked);
    const ends = [
      ...(on[route] ? [splitEnded({ route, reason })] : []),
      ...(mirrors[route] ? [mirrorEnded({ route, reason })] : []),
    ];
    if (ends.length === 0) return notForked();
    await fx.record(`splits/${route}`, ends);
    return { route };
  },
});

/** `gateway.mirror`: copies of safe requests for a service whose answers nobody waits for. */
export const mirror = action("gateway.mirror", {
  about: "Sends copies of a route's safe requests to another service and throws its answers away.",
  input: z
    .object({
      route: RouteId,
      service: z.string().min(1).describe("Who gets the copies."),
      share: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe("Of the requests that reach an instance."),
      reason: Reason,
    })
    .strict(),
  output: z.object({ route: z.string() }),
  act: async ({ route, service, share, reason }, fx: Effects<Config>): Promise<Done> => {
    const refused = await lacking(fx, { route, services: [service] });
    if (refused !== undefined) return refused;
    await fx.record(`splits/${route}`, [mirrorChanged({ route, service, share, reason })]);
    return { route };
  },
});

/** What holds, with the figures of each side. */
export function splitsNow(read: Read<Config>): z.infer<(typeof splits)["output"]> {
  const { splits: on, mirrors } = read.view(forked);
  const perSecond = (route: string, service: string): number =>
    rate(read.counters, read.now, requests, { route, service });
  return {
    splits: Object.values(on).map((each) => ({
      ...each,
      shares: each.shares.map((share) => ({
        ...share,
        requestsPerSecond: perSecond(each.route, share.service),
      })),
    })),
    mirrors: Object.values(mirrors).map((each) => {
      const of = (outcome: string): number =>
        rate(read.counters, read.now, mirrored, {
          route: each.route,
          service: each.service,
          outcome,
        });
      return {
        ...each,
        answeredPerSecond: of("answered"),
        failedPerSecond: of("failed"),
        leftOutPerSecond: of("left-out"),
      };
    }),
  };
}
