import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

const ofService = z.object({ service: z.string() });
const ofInstance = ofService.extend({ instance: z.string() });

export const serviceDeclared = event(
  "catalog.service-declared",
  ofService.extend({ kind: z.enum(["process", "url"]), instances: z.number() }),
  {
    isChange: true,
    says: ({ service, kind, instances }) =>
      kind === "url"
        ? `Service ${service} is known at ${instances === 1 ? "one address" : `${instances} addresses`}`
        : `Service ${service} is to run ${instances === 1 ? "once" : `${instances} times`}`,
  },
);
export const serviceChanged = event(
  "catalog.service-changed",
  ofService.extend({ what: z.array(z.string()), instances: z.number() }),
  {
    isChange: true,
    says: ({ service, what }) => `Service ${service} was changed: ${what.join(", ")}`,
  },
);
export const serviceWithdrawn = event("catalog.service-withdrawn", ofService, {
  isChange: true,
  says: ({ service }) => `Service ${service} is no longer wanted`,
});

export const instancePlaced = event(
  "catalog.instance-placed",
  ofInstance.extend({ host: z.string(), port: z.number(), url: z.string().optional() }),
  {
    isChange: true,
    says: ({ instance, host, port, url }) => `${instance} is at ${url ?? `${host}:${port}`}`,
  },
);
export const instanceWithdrawn = event("catalog.instance-withdrawn", ofInstance, {
  says: ({ instance }) => `${instance} is no longer wanted`,
});
export const instanceStarted = event(
  "catalog.instance-started",
  ofInstance.extend({ pid: z.number(), restarts: z.number() }),
  {
    says: ({ instance, pid, restarts }) =>
      restarts === 0
        ? `${instance} runs as process ${pid}`
        : `${instance} runs again as process ${pid}, restarted ${times(restarts)} so far`,
  },
);
export const instanceStopping = event("catalog.instance-stopping", ofInstance, {
  says: ({ instance }) => `${instance} is about to stop and gets no more visitors`,
});
export const instanceExited = event(
  "catalog.instance-exited",
  ofInstance.extend({ why: z.string(), asked: z.boolean() }),
  {
    says: ({ instance, why, asked }) =>
      asked ? `${instance} was stopped: ${why}` : `${instance} ended by itself: ${why}`,
  },
);
export const instanceCrashLooping = event(
  "catalog.instance-crash-looping",
  ofInstance.extend({ why: z.string(), restarts: z.number() }),
  {
    says: ({ instance, why, restarts }) =>
      `${instance} ends each time soon after it starts (${times(restarts)} so far, last: ${why}); Castor goes on trying`,
  },
);
export const instanceHealthy = event(
  "catalog.instance-healthy",
  ofInstance.extend({ why: z.string() }),
  { says: ({ instance, why }) => `${instance} is healthy: ${why}` },
);
export const instanceUnhealthy = event(
  "catalog.instance-unhealthy",
  ofInstance.extend({ why: z.string() }),
  { says: ({ instance, why }) => `${instance} is not healthy: ${why}` },
);

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** Every fact after which `catalog.targets` may answer differently. */
export const instanceChanges = [
  serviceDeclared,
  serviceChanged,
  serviceWithdrawn,
  instancePlaced,
  instanceWithdrawn,
  instanceStarted,
  instanceStopping,
  instanceExited,
  instanceCrashLooping,
  instanceHealthy,
  instanceUnhealthy,
] as const;

export const unknownInstance = problem(
  "catalog.unknown-instance",
  404,
  "There is no such instance",
);
export const notOurs = problem(
  "catalog.not-ours",
  409,
  "Castor does not run this instance, it only knows its address",
);
export const keeperAway = problem(
  "catalog.keeper-away",
  503,
  "The keeper, which runs the processes, does not answer",
);

/** One health check: passed, failed; `none` where there was none yet. */
export const Beat = z.enum(["ok", "fail", "none"]);
export type Beat = z.infer<typeof Beat>;

const Instance = z.object({
  id: z.string(),
  state: z.enum([
    "placed",
    "starting",
    "running",
    "stopping",
    "exited",
    "crash-looping",
    "external",
  ]),
  health: z.enum(["healthy", "unhealthy", "unknown"]),
  healthSince: z.number(),
  /** Why it is in this state of health, in words. */
  why: z.string(),
  host: z.string(),
  port: z.number(),
  url: z.string().optional(),
  pid: z.number().optional(),
  restarts: z.number(),
  /** When this run started. */
  startedAt: z.number().optional(),
  /** The last 64 checks, oldest first. */
  strip: z.array(Beat),
  lastCheck: z
    .object({ at: z.number(), ok: z.boolean(), says: z.string(), tookMs: z.number() })
    .optional(),
});

const Service = z.object({
  id: z.string(),
  kind: z.enum(["process", "url"]),
  since: z.number(),
  instances: z.array(Instance),
});
export type Service = z.infer<typeof Service>;

export const services = query("catalog.services", z.object({}), z.array(Service), {
  about: "What runs, where, how healthy it is and since when, with the last 64 health checks.",
});

/** What the gateway needs of each service; `healthy` means visitors may be sent there. */
export const targets = query(
  "catalog.targets",
  z.object({}),
  z.array(
    z.object({
      service: z.string(),
      instances: z.array(
        z.object({
          id: z.string(),
          host: z.string(),
          port: z.number(),
          healthy: z.boolean(),
          /** Whether anybody is to be found there; without it no verdict on its health counts. */
          running: z.boolean(),
        }),
      ),
      health: z
        .object({ path: z.string().optional(), everyMs: z.number(), timeoutMs: z.number() })
        .optional(),
    }),
  ),
  { about: "Where visitors of each service may be sent." },
);

/** Also of services that Castor does not know otherwise: others may tell of them. */
export const dependencies = query(
  "catalog.dependencies",
  z.object({}),
  z.record(z.string(), z.array(z.string())),
  { about: "Which service needs which others to work, as the configuration says." },
);

export const instanceLogs = query(
  "catalog.instance-logs",
  z.object({ instance: z.string(), lines: z.coerce.number().int().min(1).max(1_000).default(100) }),
  z.object({
    instance: z.string(),
    lines: z.array(z.string()),
    unavailable: z.string().optional(),
  }),
  { about: "The newest lines that an instance printed, oldest first.", allow: "responder" },
);
