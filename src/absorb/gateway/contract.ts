import { counter, event, query } from "#kernel/contract";
import * as z from "zod";
import { Shedding } from "./contract/origin.ts";

import { BreakerState, InstanceCare } from "./contract/care.ts";

export * from "./contract/access-log.ts";
export * from "./contract/admission.ts";
export * from "./contract/care.ts";
export * from "./contract/origin.ts";
export * from "./contract/splits.ts";

/** What the gateway workers count, and tell control each second. */
export const requests = counter(
  "gateway.requests",
  "sum",
  ["route", "service", "class"],
  "requests",
);
/** From the last byte of the request head to the last byte of the response. */
export const latency = counter("gateway.latency", "quantiles", ["service"], "ms");
export const instanceRequests = counter(
  "gateway.instance-requests",
  "sum",
  ["service", "instance"],
  "requests",
);
/** Requests by what visitors speak. */
export const protocols = counter("gateway.protocols", "sum", ["protocol"], "requests");
/** Answers of 500 and above, and connections that failed. */
export const instanceErrors = counter(
  "gateway.instance-errors",
  "sum",
  ["service", "instance"],
  "errors",
);
export const visitors = counter("gateway.visitors", "uniques", ["service"], "visitors");
export const bytes = counter("gateway.bytes", "sum", ["service", "direction"], "bytes");
export const retries = counter("gateway.retries", "sum", ["service", "why"], "retries");
/** What the gateway answered by itself, by reason code; `-` where no route was found yet. */
export const refusals = counter("gateway.refusals", "sum", ["route", "reason"], "refusals");
/** What a route costs the service: how long requests were with it, and how many of them are done. */
export const originTime = counter("gateway.origin-time", "sum", ["route", "service"], "ms");
export const originAnswers = counter(
  "gateway.origin-answers",
  "sum",
  ["route", "service"],
  "answers",
);
/** Copies of requests for a service that is only watched; left out are those beyond what may be on its way at once. */
export const mirrored = counter(
  "gateway.mirrored",
  "sum",
  ["route", "service", "outcome"],
  "requests",
);
/** Visitors that left before their answer was whole. */
export const aborts = counter("gateway.aborts", "sum", ["service", "side"], "aborts");

/** A worker took an instance out of rotation because of its answers; it knows without waiting for a health check. */
export const instanceEjected = event(
  "gateway.instance-ejected",
  z.object({
    worker: z.string(),
    service: z.string(),
    instance: z.string(),
    why: z.string(),
    forMs: z.number(),
  }),
  {
    says: (d) => `${d.instance} is out of rotation at ${d.worker}: ${d.why}`,
  },
);
export const instanceReadmitted = event(
  "gateway.instance-readmitted",
  z.object({ worker: z.string(), service: z.string(), instance: z.string(), outMs: z.number() }),
  {
    says: (d) =>
      `${d.instance} is back in rotation at ${d.worker} after ${Math.round(d.outMs / 100) / 10} s`,
  },
);
export const workerStarted = event(
  "gateway.worker-started",
  z.object({ worker: z.string(), pid: z.number().optional() }),
  { says: (d) => `Gateway worker ${d.worker} serves` },
);
export const workerExited = event(
  "gateway.worker-exited",
  z.object({ worker: z.string(), why: z.string() }),
  { says: (d) => `Gateway worker ${d.worker} ended: ${d.why}` },
);
/** A worker goes on with what it had; it tries again each second. */
export const pictureRefused = event(
  "gateway.picture-refused",
  z.object({ worker: z.string(), why: z.string() }),
  {
    says: (d) =>
      `Gateway worker ${d.worker} goes on as before, because the change cannot be made: ${d.why}`,
  },
);
export const routesChanged = event(
  "gateway.routes-changed",
  z.object({
    version: z.number(),
    listeners: z.array(z.string()),
    routes: z.number(),
    services: z.array(z.string()),
  }),
  {
    says: (d) =>
      `The gateway listens on ${d.listeners.join(", ")} with ${d.routes} ${d.routes === 1 ? "route" : "routes"} to ${d.services.join(", ") || "nothing"}`,
  },
);

export const certificateLoaded = event(
  "gateway.certificate-loaded",
  z.object({
    cert: z.string(),
    names: z.array(z.string()),
    expiresAt: z.number(),
    isKeyOpen: z.boolean(),
  }),
  {
    says: (d) =>
      `Certificate ${d.cert} answers ${d.names.join(", ") || "nobody by name"} until ${new Date(d.expiresAt).toISOString().slice(0, 10)}${d.isKeyOpen ? "; others on this machine may read its key: chmod 600" : ""}`,
  },
);
/** Nobody has renewed it yet. */
export const certificateExpiring = event(
  "gateway.certificate-expiring",
  z.object({ cert: z.string(), names: z.array(z.string()), expiresAt: z.number() }),
  {
    says: (d) =>
      `Certificate ${d.cert} of ${d.names.join(", ") || "nobody by name"} ends on ${new Date(d.expiresAt).toISOString().slice(0, 10)}, and no newer one is there`,
  },
);
/** The one before it stays in use. */
export const certificateRefused = event(
  "gateway.certificate-refused",
  z.object({ cert: z.string(), why: z.string() }),
  { says: (d) => `Certificate ${d.cert} cannot be used: ${d.why}` },
);

const Rates = z.object({ requestsPerSecond: z.number(), errorsPerSecond: z.number() });
const Latency = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
const InstanceNow = Rates.extend({
  id: z.string(),
  healthy: z.boolean(),
  inFlight: z.number(),
  /** As many at once as it takes from all workers; null without a limit. */
  limit: z.number().nullable(),
  ejected: z.boolean(),
  ...InstanceCare.shape,
});
const ServiceNow = Rates.extend({
  service: z.string(),
  latencyMs: Latency,
  /** Those who wait for a place; under pressure the newest come first and whoever waited long is turned away. */
  queued: z.number(),
  isPressed: z.boolean(),
  /** Those who are held while the service is paused. */
  held: z.number(),
  /** By whose word visitors do not come in as usual; null where they do. */
  stopped: z
    .object({ at: z.number(), reason: z.string(), message: z.string().optional() })
    .nullable(),
  paused: z.object({ at: z.number(), reason: z.string(), maxHoldMs: z.number() }).nullable(),
  shedding: z.array(Shedding),
  queueWaitMs: Latency,
  /** The worst of the workers' breakers. */
  breaker: BreakerState,
  instances: z.array(InstanceNow),
});
const History = z.object({
  stepMs: z.number(),
  at: z.array(z.number()),
  /** Requests per second by status class. */
  requests: z.record(z.string(), z.array(z.number().nullable())),
  visitors: z.array(z.number().nullable()),
  /** What reached a service, per second: the rest was answered here. */
  origin: z.array(z.number().nullable()),
  p50: z.array(z.number().nullable()),
  p95: z.array(z.number().nullable()),
  p99: z.array(z.number().nullable()),
});

/** The live picture: rates over the last ten seconds, and ten minutes of history. */
export const now = query(
  "gateway.now",
  z.object({ minutes: z.number().int().min(1).max(360).default(10) }),
  z.object({
    at: z.number(),
    listeners: z.array(z.string()),
    /** Different visitors within the last ten to twenty seconds, per second. */
    visitorsPerSecond: z.number(),
    requestsPerSecond: z.number(),
    statusClasses: z.record(z.string(), z.number()),
    /** Requests per second by what visitors speak. */
    protocols: z.record(z.string(), z.number()),
    latencyMs: Latency,
    bytesPerSecond: z.object({ in: z.number(), out: z.number() }),
    retriesPerSecond: z.number(),
    services: z.array(ServiceNow),
    refusals: z.array(z.object({ reason: z.string(), perSecond: z.number() })),
    workers: z.array(
      z.object({ id: z.string(), pid: z.number().optional(), connections: z.number() }),
    ),
    history: History,
  }),
  {
    about:
      "Visitors, requests, status classes, latency, services and instances, right now and over the last minutes.",
  },
);

export const routes = query(
  "gateway.routes",
  z.object({}),
  z.object({
    listeners: z.array(z.string()),
    routes: z.array(
      z.object({
        id: z.string(),
        hosts: z.array(z.string()),
        path: z.string(),
        service: z.string(),
        timeouts: z.record(z.string(), z.number().optional()),
        bodyBytesMax: z.number(),
        requestsPerSecond: z.number(),
        /** How many requests are with the service on average: what the route costs it. */
        atOrigin: z.number(),
        /** How long one of them takes there; null where nothing was answered. */
        originMs: z.number().nullable(),
      }),
    ),
  }),
  { about: "Which requests go where, and what each route costs its service." },
);

/** `perSecond` over the last ten to twenty seconds, `total` over the minutes asked for. */
export const refused = query(
  "gateway.refusals",
  z.object({ minutes: z.number().int().min(1).max(1_440).default(10) }),
  z.object({
    at: z.number(),
    refusals: z.array(
      z.object({
        reason: z.string(),
        route: z.string(),
        perSecond: z.number(),
        total: z.number(),
      }),
    ),
  }),
  { about: "Whom the gateway refuses, on which routes, and why: the codes of Castor-Reason." },
);
