import { Bytes, Duration } from "#kernel";
import * as z from "zod";
import { AccessLogConfig, accessLogTarget } from "./access-log.ts";
import { CompressionConfig, compressionTarget } from "./compression.ts";
import type { CompressionTarget } from "./data-plane/compression/settings.ts";
import { Door, type DoorPlace, doorPlaceOf, Host, list, nameOf } from "./address.ts";
import { Criticality } from "./data-plane/origin/settings.ts";
import { fallbackShape, fallbackTarget, PagesConfig, pagesTarget } from "./fallback-config.ts";
import { careShape, careTarget } from "./care-config.ts";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";
import { Hedging, hedgeTarget, originShape, originTarget } from "./origin-config.ts";
import { Http2Config, http2Target } from "./http2.ts";
import { RateLimitsConfig, rateLimitTarget } from "./limits.ts";
import { ScannersConfig, scannerSettings } from "./scanner-config.ts";
import { type Barriers, barrierTarget, noBarriers } from "./barriers.ts";
import { type Forked, forkOf } from "./forked.ts";
import { rulesShape, rulesTarget } from "./rules.ts";
import { TlsConfig, tlsPlaces, tlsTarget } from "./tls.ts";

const RouteConfig = z
  .object({
    host: z
      .union([Host, z.array(Host)])
      .optional()
      .describe("Which hosts: a name, `*.name`, or a list; every host when absent."),
    path: z
      .string()
      .startsWith("/", 'A path starts with "/"')
      .default("/")
      .describe("Requests whose path starts with this, by whole segments."),
    service: z
      .string()
      .default("")
      .describe("The service of `catalog.services` that answers; needless with `redirect`."),
    timeouts: z
      .object({
        connect: Duration.prefault("2s").describe("To open a connection to an instance."),
        response: Duration.prefault("60s").describe(
          "From the end of the request to the head of the response.",
        ),
        total: Duration.optional().describe(
          "From the end of the request to the head of the response with everything: waiting in line, connecting, trying again. A client that says how long it waits (X-Envoy-Expected-Rq-Timeout-Ms, Connect-Timeout-Ms, grpc-timeout) may only make it shorter.",
        ),
        idle: Duration.prefault("10m").describe(
          "The longest silence in a response or a WebSocket.",
        ),
        upload: Duration.prefault("30s").describe(
          "The longest silence of a visitor who sends a body.",
        ),
      })
      .strict()
      .prefault({}),
    ...rulesShape,
    criticality: Criticality.optional().describe(
      "How much requests of this route matter when not all can be served; what they say about themselves when absent: pages are `normal`, prefetches and images `sheddable`, crawlers `bot`.",
    ),
    longPoll: z
      .boolean()
      .default(false)
      .describe("Answers are long in coming by design: they take no place of `concurrency`."),
    compression: z
      .literal(false)
      .optional()
      .describe(
        "`false` where a page shows a secret beside what a visitor may choose, so that its size could betray the secret (BREACH).",
      ),
    ...fallbackShape,
    hedge: Hedging.optional().describe(
      "Asks a second instance what the first has not answered after the usual time; off when absent.",
    ),
    bodyMax: Bytes.prefault("128MB").describe("The largest request body."),
    rateLimits: RateLimitsConfig.default([]).describe(
      "How much one caller may ask; each is a token bucket.",
    ),
  })
  .strict();

export const Config = z
  .object({
    listen: z
      .union([Door, z.array(Door).min(1)])
      .prefault("127.0.0.1:8080")
      .describe("Where visitors come in: one address or several."),
    tls: TlsConfig.optional().describe("HTTPS at the gateway; without it there is none."),
    http2: Http2Config.prefault({}).describe("Many requests over one connection."),
    workers: z
      .union([z.number().int().min(1).max(64), z.literal("auto")])
      .default("auto")
      .describe("Worker processes; `auto` is one per core, at most 4."),
    routes: z
      .array(RouteConfig)
      .default([])
      .describe(
        "Which requests go where; the first that fits. With one service and no routes, it gets everything.",
      ),
    scanners: ScannersConfig.prefault({}).describe(
      "Who looks for ways in gets a cheap 404 for a while.",
    ),
    compression: CompressionConfig.describe(
      "What the gateway compresses when the service did not; `false` for nothing.",
    ),
    accessLog: AccessLogConfig.optional().describe(
      "One line per request in `logs/` of the data folder; without it there are counters only.",
    ),
    trustedProxies: z
      .array(z.string())
      .default([])
      .describe(
        "Addresses or ranges whose X-Forwarded-*, X-Real-IP and the like, and X-Request-Id are believed; from all others they end here.",
      ),
    drain: Duration.prefault("30s").describe(
      "How long a stopping worker finishes what it has begun.",
    ),
    ...originShape,
    ...careShape,
    pages: PagesConfig.optional().describe(
      "Own pages for what the gateway refuses; a route may have others.",
    ),
  })
  .strict();
export type Config = z.infer<typeof Config>;

/** A service as the catalog knows it now. */
export type Target = {
  service: string;
  instances: readonly {
    id: string;
    host: string;
    port: number;
    healthy: boolean;
    running: boolean;
  }[];
  health?: { path?: string | undefined; everyMs: number; timeoutMs: number } | undefined;
};

export const listeners = (config: Config): DoorPlace[] =>
  list(config.listen).map((door) => doorPlaceOf(door, config.trustedProxies));

/** As an operator reads them: HTTPS says so. */
export const listenerNames = (config: Config): string[] => [
  ...listeners(config).map(nameOf),
  ...tlsPlaces(config.tls, config.trustedProxies).map((place) => `https://${nameOf(place)}`),
];

/** The routes as they are followed: those configured, or everything to the only service. */
export function routesOf(
  config: Config,
  services: readonly string[],
): (Config["routes"][number] & { id: string })[] {
  const only = services.length === 1 ? services[0] : undefined;
  const configured =
    config.routes.length === 0 && only !== undefined
      ? [RouteConfig.parse({ service: only })]
      : config.routes;
  return configured.map((route) => ({
    ...route,
    id: `${list(route.host).join(",") || "*"}${route.path}`,
  }));
}

/** Where routes lead that only send visitors elsewhere. */
const noService = "-";

const routeTarget = (
  route: ReturnType<typeof routesOf>[number],
  { service, compression }: { service: string; compression: CompressionTarget | undefined },
): NonNullable<GatewaySnapshotInput["routes"]>[number] => ({
  id: route.id,
  hosts: list(route.host).map((host) => host.toLowerCase()),
  pathPrefix: route.path,
  service,
  timeouts: {
    connectMs: route.timeouts.connect,
    responseHeaderMs: route.timeouts.response,
    ...(route.timeouts.total === undefined ? {} : { totalMs: route.timeouts.total }),
    idleMs: route.timeouts.idle,
    bodyIdleMs: route.timeouts.upload,
  },
  limits: { bodyBytesMax: route.bodyMax },
  ...(route.criticality ? { criticality: route.criticality } : {}),
  longPoll: route.longPoll,
  ...(route.hedge ? { hedge: hedgeTarget(route.hedge) } : {}),
  rateLimits: route.rateLimits.map(rateLimitTarget),
  rules: rulesTarget(route),
  compression,
});

/** What besides the configuration makes the picture: where its files lie, how many share the work, what people asked for. */
type Surroundings = { folder?: string; workers?: number; forks?: Forked; barriers?: Barriers };

/** All that a worker needs to work alone, from the configuration and what the catalog knows. */
export function gatewaySnapshotOf(
  config: Config,
  targets: readonly Target[],
  {
    folder = "",
    workers = 1,
    forks = { splits: {}, mirrors: {} },
    barriers = noBarriers,
  }: Surroundings = {},
): GatewaySnapshotInput {
  const known = new Set(targets.map((each) => each.service));
  const redirects = config.routes.some(({ redirect }) => redirect !== undefined);
  const nowhere = redirects ? [{ service: noService, instances: [] }] : [];
  return {
    listeners: [
      ...listeners(config),
      ...tlsPlaces(config.tls, config.trustedProxies).map((place) => ({ ...place, tls: true })),
    ],
    tls: tlsTarget(config.tls, folder),
    http2: http2Target(config.http2),
    ...(config.pages === undefined ? {} : { pages: pagesTarget(config.pages, folder) }),
    trustedProxies: config.trustedProxies,
    scanners: scannerSettings(config.scanners),
    accessLog: accessLogTarget(config.accessLog, workers),
    drainMs: config.drain,
    routes: routesOf(config, [...known])
      .filter((route) => route.redirect !== undefined || known.has(route.service))
      .map((route) => ({
        ...routeTarget(route, {
          service: known.has(route.service) ? route.service : noService,
          compression: compressionTarget(config.compression, route.compression),
        }),
        ...forkOf(forks, route.id, known),
        ...fallbackTarget(route, { known, folder }),
      })),
    services: [...targets, ...nowhere].map(({ service, instances, health }: Target) => ({
      id: service,
      instances: instances.map(({ id, host, port, healthy, running }) => ({
        ...{ id, host, port, healthy, running },
      })),
      ...(health
        ? {
            probe: {
              ...(health.path === undefined ? {} : { path: health.path }),
              everyMs: health.everyMs,
              timeoutMs: health.timeoutMs,
            },
          }
        : {}),
      ...originTarget(config, service, workers),
      ...careTarget(config),
      ...barrierTarget(barriers, service),
    })),
  };
}
