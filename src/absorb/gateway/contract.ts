import { counter, event, problem, query, sensitive } from "#kernel/contract";
import * as z from "zod";

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
/** What the gateway answered by itself, by reason code. */
export const refusals = counter("gateway.refusals", "sum", ["reason"], "refusals");
/** Whom rate limits refused, or would have refused in a dry run. */
export const rateLimited = counter(
  "gateway.rate-limited",
  "sum",
  ["route", "limit", "outcome"],
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

/** Requests of those whom the gateway takes for scanners: refused, or only counted in a dry run. */
export const scannerRequests = counter("gateway.scanner-requests", "sum", ["outcome"], "requests");
export const scannerMarks = counter("gateway.scanner-marks", "sum", ["why"], "marks");

const ofCaller = ({ caller }: { caller: string }): string => caller;
/** A worker takes an address for a scanner's. `caller` stands for the address, which can be erased. */
export const scannerMarked = event(
  "gateway.scanner-marked",
  z.object({
    caller: z.string(),
    address: sensitive(),
    why: z.enum(["decoy", "probing"]),
    paths: z.array(z.string()),
    worker: z.string(),
    forMs: z.number(),
    dryRun: z.boolean(),
  }),
  {
    says: (d) =>
      `${d.address} ${d.dryRun ? "would be" : "is"} refused as a scanner for ${Math.round(d.forMs / 1000)} s: ${d.why === "decoy" ? "asked for" : "missed"} ${d.paths.join(", ")}`,
    subject: ofCaller,
  },
);
/** Somebody took the mark away. */
export const scannerUnmarked = event(
  "gateway.scanner-unmarked",
  z.object({ caller: z.string(), address: sensitive() }),
  { says: (d) => `${d.address} is not taken for a scanner any more`, subject: ofCaller },
);
export const notMarked = problem("gateway.not-marked", 404, "This address is not marked");

/** Told once per quiet time, not per refusal; no caller is named. */
export const limitReached = event(
  "gateway.limit-reached",
  z.object({
    route: z.string(),
    limit: z.string(),
    worker: z.string(),
    by: z.string(),
    everyMs: z.number(),
    burst: z.number(),
    dryRun: z.boolean(),
  }),
  {
    says: (d) =>
      `Rate limit ${d.limit} of ${d.route} ${d.dryRun ? "would begin" : "began"} to refuse: ${d.burst} at once, then one every ${Math.round(d.everyMs)} ms by ${d.by}`,
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
  ejected: z.boolean(),
});
const ServiceNow = Rates.extend({
  service: z.string(),
  latencyMs: Latency,
  instances: z.array(InstanceNow),
});
const History = z.object({
  stepMs: z.number(),
  at: z.array(z.number()),
  /** Requests per second by status class. */
  requests: z.record(z.string(), z.array(z.number().nullable())),
  visitors: z.array(z.number().nullable()),
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
        timeouts: z.record(z.string(), z.number()),
        bodyBytesMax: z.number(),
        requestsPerSecond: z.number(),
      }),
    ),
  }),
  { about: "Which requests go where." },
);

/** What each rate limit refuses now, or would refuse. */
export const limits = query(
  "gateway.limits",
  z.object({}),
  z.object({
    limits: z.array(
      z.object({
        route: z.string(),
        name: z.string(),
        by: z.string(),
        rate: z.string(),
        burst: z.number(),
        dryRun: z.boolean(),
        refusedPerSecond: z.number(),
        wouldRefusePerSecond: z.number(),
      }),
    ),
  }),
  { about: "The rate limits of all routes, and what each one refuses now or would refuse." },
);

/** Addresses are personal data: viewers do not see them. */
export const scanners = query(
  "gateway.scanners",
  z.object({}),
  z.object({
    mode: z.enum(["off", "dry-run", "on"]),
    requestsPerSecond: z.number(),
    marked: z.array(
      z.object({
        address: z.string(),
        why: z.enum(["decoy", "probing"]),
        paths: z.array(z.string()),
        at: z.number(),
        endsAt: z.number(),
        workers: z.array(z.string()),
      }),
    ),
  }),
  {
    about: "Who is marked as a scanner now, why and until when.",
    allow: "responder",
  },
);
