import { type SnapshotDef, snapshot } from "#kernel/contract";
import * as z from "zod";
import { CareTarget } from "./care/settings.ts";
import { AccessLogTarget } from "./access-log/settings.ts";
import { CompressionTarget } from "./compression/settings.ts";
import { RateLimitTarget, ScannerSettings } from "./admission/settings.ts";
import { FallbackTarget, PagesTarget } from "./fallback/settings.ts";
import {
  ConcurrencyTarget,
  Criticality,
  BarrierTarget,
  HedgeTarget,
  QueueTarget,
} from "./origin/settings.ts";
import { RulesTarget } from "./rules/settings.ts";
import { MirrorTarget, SplitTarget } from "../contract.ts";

const millis = z.number().int().min(1);
const bytes = z.number().int().min(0);
const port = z.number().int().min(0).max(65_535);

/** A head is rewritten in one buffer, with room for what is added to it. */
const headBytesLimit = 131_072;

export const Timeouts = z.object({
  connectMs: millis.default(2_000),
  /** From the end of the request until the head of the response. */
  responseHeaderMs: millis.default(60_000),
  /** The same with everything that comes before: waiting in line, connecting, trying again. */
  totalMs: millis.optional(),
  /** The longest silence in a response or in a tunnel. */
  idleMs: millis.default(600_000),
  /** The longest silence of a visitor who is sending a body. */
  bodyIdleMs: millis.default(30_000),
});

export const RouteLimits = z.object({
  bodyBytesMax: bytes.default(128 * 1_048_576),
});

/** What every connection is held to; a figure per route stands in the route. */
export const Limits = z.object({
  requestHeadBytesMax: bytes.max(headBytesLimit).default(32_768),
  responseHeadBytesMax: bytes.max(headBytesLimit).default(65_536),
  targetBytesMax: bytes.default(8_192),
  headersMax: z.number().int().min(1).max(1_000).default(128),
  chunkExtensionBytesMax: bytes.default(256),
  trailerBytesMax: bytes.default(8_192),
  connectionsMax: z.number().int().min(1).default(20_000),
  /** How much of the next requests is held while one is answered; then the connection is not read. */
  pipelinedBytesMax: bytes.default(65_536),
  /** How much of a request body is kept to send it again; a larger one is sent once. */
  replayBytesMax: bytes.default(65_536),
  idleConnectionsPerInstanceMax: bytes.default(256),
  requestHeadMs: millis.default(15_000),
  /** How long a connection without a request stays open. */
  keepAliveMs: millis.default(75_000),
  /** How long a pooled connection to an instance stays open; keep it below the instance's own. */
  upstreamKeepAliveMs: millis.default(4_000),
  /** The slowest upload that may go on for ever, and how long a slower one is borne with. */
  uploadBytesPerSecondMin: z.number().int().min(1).default(500),
  uploadGraceMs: millis.default(60_000),
  /** How long a visitor may take nothing of an answer that waits for them. */
  stalledReaderMs: millis.default(60_000),
  lingerMs: millis.default(2_000),
});

/** RFC 9113: many requests over one connection. */
export const Http2 = z.object({
  /** To be chosen by ALPN at listeners with TLS. */
  overTls: z.boolean().default(true),
  /** Also without TLS, for whoever begins with it (RFC 9113 §3.3). */
  plain: z.boolean().default(false),
  /** Requests at once over one connection. */
  streamsMax: z.number().int().min(1).max(1_000).default(128),
});

/** How a worker asks an instance that it ejected whether it is back. */
export const Probe = z.object({
  /** Absent: a TCP connection that opens is enough. */
  path: z.string().startsWith("/").optional(),
  everyMs: millis.default(1_000),
  timeoutMs: millis.default(2_000),
});

export const Ejection = z.object({
  consecutiveErrors: z.number().int().min(1).default(5),
  baseMs: millis.default(30_000),
  maxMs: millis.default(300_000),
  /** Never more of a service's instances than this are out because of their answers. */
  shareMax: z.number().min(0).max(1).default(0.5),
});

export const Retry = z.object({
  /** Retries may add this share to the requests of the last ten seconds. */
  share: z.number().min(0).max(1).default(0.2),
  /** So many retries are always allowed at once. */
  min: z.number().int().min(0).default(3),
});

export const InstanceTarget = z.object({
  id: z.string(),
  host: z.string(),
  port,
  healthy: z.boolean().default(true),
  /** False where nobody listens yet or any more: the last to be tried, and not counted among the unwell. */
  running: z.boolean().default(true),
});

export const ServiceTarget = z.object({
  id: z.string(),
  instances: z.array(InstanceTarget),
  probe: Probe.prefault({}),
  ejection: Ejection.prefault({}),
  retry: Retry.prefault({}),
  care: CareTarget.prefault({}),
  /** Absent: an instance gets whatever comes. */
  concurrency: ConcurrencyTarget.optional(),
  queue: QueueTarget.prefault({}),
  /** Absent: it stands open. */
  barrier: BarrierTarget.optional(),
});

export const Route = z.object({
  id: z.string(),
  /** Exact names or `*.example.org`; empty means every host. */
  hosts: z.array(z.string()).default([]),
  pathPrefix: z.string().startsWith("/").default("/"),
  service: z.string(),
  timeouts: Timeouts.prefault({}),
  limits: RouteLimits.prefault({}),
  rateLimits: z.array(RateLimitTarget).default([]),
  /** Absent: what each request says about itself decides. */
  criticality: Criticality.optional(),
  /** Its answers are long in coming by design: they take no place. */
  longPoll: z.boolean().default(false),
  /** Absent: nobody is asked twice. */
  hedge: HedgeTarget.optional(),
  rules: RulesTarget.prefault({}),
  /** Absent: answers pass as they come. */
  compression: CompressionTarget.optional(),
  /** Who answers what the service could not. */
  fallback: FallbackTarget.optional(),
  pages: PagesTarget.optional(),
  /** Which services share this route's requests, in place of `service`. */
  split: SplitTarget.optional(),
  /** Which service gets copies. */
  mirror: MirrorTarget.optional(),
});

/** Where a certificate and its key lie; the key itself is in nothing that is written here. */
export const CertificateFiles = z.object({
  cert: z.string(),
  key: z.string(),
  /** Empty: the names that the certificate is made out to. */
  hosts: z.array(z.string()).default([]),
});

export const Tls = z.object({
  certificates: z.array(CertificateFiles).default([]),
  /** Where visitors of a plain listener are sent; absent where plain HTTP is served too. */
  redirectPort: port.optional(),
  /** 0: not said. */
  hstsSeconds: z.number().int().min(0).default(0),
});

export const Listener = z.object({
  host: z.string(),
  port,
  tls: z.boolean().default(false),
  /** Addresses or ranges of load balancers that say by the PROXY protocol whom they speak for; absent: nobody does. */
  proxyProtocolFrom: z.array(z.string()).optional(),
});

/** All that a gateway worker needs to work alone. The first route that fits a request takes it. */
export const GatewaySnapshot = z
  .object({
    listeners: z.array(Listener).default([]),
    tls: Tls.prefault({}),
    routes: z.array(Route).default([]),
    services: z.array(ServiceTarget).default([]),
    limits: Limits.prefault({}),
    http2: Http2.prefault({}),
    /** Addresses or ranges (`10.0.0.0/8`) whose X-Forwarded-* and X-Request-Id are believed. */
    trustedProxies: z.array(z.string()).default([]),
    scanners: ScannerSettings.prefault({}),
    /** Own pages for what is refused; absent: the plain ones. */
    pages: PagesTarget.optional(),
    /** Absent: requests leave counters and no lines. */
    accessLog: AccessLogTarget.optional(),
    /** Also say it in the words of RFC 7239 and RFC 9110 §7.6.3. */
    addForwarded: z.boolean().default(false),
    addVia: z.boolean().default(false),
    drainMs: millis.default(30_000),
  })
  .superRefine(({ routes, services }, context) => {
    const known = new Set(services.map(({ id }) => id));
    for (const [at, { id, service, split, mirror, fallback }] of routes.entries()) {
      const named = [
        ...(split?.shares ?? []),
        ...(split?.always ?? []),
        ...(mirror ? [mirror] : []),
        ...(fallback ? [fallback] : []),
      ];
      for (const each of [service, ...named.map((other) => other.service)]) {
        if (known.has(each)) continue;
        context.addIssue({
          code: "custom",
          path: ["routes", at, "service"],
          message: `Route ${id} leads to ${each}, which is not among the services`,
        });
      }
    }
  });

export type CertificateFiles = z.infer<typeof CertificateFiles>;
export type Listener = z.infer<typeof Listener>;
export type Timeouts = z.infer<typeof Timeouts>;
export type Limits = z.infer<typeof Limits>;
export type Probe = z.infer<typeof Probe>;
export type Ejection = z.infer<typeof Ejection>;
export type Retry = z.infer<typeof Retry>;
export type InstanceTarget = z.infer<typeof InstanceTarget>;
export type ServiceTarget = z.infer<typeof ServiceTarget>;
export type Route = z.infer<typeof Route>;
export type GatewaySnapshot = z.infer<typeof GatewaySnapshot>;
/** What may be written: everything with a default may be left out. */
export type GatewaySnapshotInput = z.input<typeof GatewaySnapshot>;

/** The file `snapshot/gateway.json` that the workers follow. */
export const gatewaySnapshot: SnapshotDef<GatewaySnapshot> = snapshot("gateway", GatewaySnapshot);
