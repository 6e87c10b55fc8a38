import { type Event, type EventOf, type ProcessState, type Recorded, view } from "#kernel";
import type { Config, Service } from "./config.ts";
import {
  instanceChanges,
  instanceCrashLooping,
  instanceExited,
  instanceHealthy,
  instancePlaced,
  instanceStarted,
  instanceStopping,
  instanceUnhealthy,
  instanceWithdrawn,
  serviceChanged,
  serviceDeclared,
  serviceWithdrawn,
} from "./contract.ts";

/** What the log knows of an instance. Pids of a crash loop, checks and the like are no facts; see `live.ts`. */
export type KnownInstance = {
  id: string;
  service: string;
  host: string;
  port: number;
  url?: string;
  state: "placed" | "running" | "stopping" | "exited" | "crash-looping" | "external";
  pid?: number;
  health: "healthy" | "unhealthy" | "unknown";
  healthSince: number;
  why: string;
};
export type KnownService = {
  id: string;
  kind: "process" | "url";
  instances: number;
  since: number;
};
export type Known = {
  services: Record<string, KnownService>;
  instances: Record<string, KnownInstance>;
};
type CatalogEvent = EventOf<(typeof instanceChanges)[number]>;

/** All that is declared, in the order of its declaration. */
export const known = view("catalog.known", {
  from: instanceChanges,
  empty: (): Known => ({ services: {}, instances: {} }),
  apply: (now, { event, at }: Recorded<CatalogEvent>) => {
    switch (event.type) {
      case "catalog.service-declared": {
        const { service, kind, instances } = event.data;
        now.services[service] = { id: service, kind, instances, since: at };
        break;
      }
      case "catalog.service-changed": {
        const found = now.services[event.data.service];
        if (found) found.instances = event.data.instances;
        break;
      }
      case "catalog.service-withdrawn":
        delete now.services[event.data.service];
        break;
      case "catalog.instance-withdrawn":
        delete now.instances[event.data.instance];
        break;
      default:
        applyToInstance(now, event, at);
    }
    return now;
  },
});

type InstanceEvent = Extract<CatalogEvent, { data: { instance: string } }>;

function applyToInstance(now: Known, event: InstanceEvent, at: number): void {
  if (event.type === "catalog.instance-placed") {
    const { instance: id, service, host, port, url } = event.data;
    const state = url === undefined ? "placed" : "external";
    const health = { health: "unknown" as const, healthSince: at, why: "not checked yet" };
    now.instances[id] = {
      id,
      service,
      host,
      port,
      ...(url === undefined ? {} : { url }),
      state,
      ...health,
    };
    return;
  }
  const found = now.instances[event.data.instance];
  if (!found) return;
  const turn = (health: KnownInstance["health"], why: string): void => {
    Object.assign(found, { health, healthSince: at, why });
  };
  if (event.type === "catalog.instance-started") {
    Object.assign(found, { state: "running", pid: event.data.pid });
    turn("unknown", "not checked since it started");
  } else if (
    event.type === "catalog.instance-exited" ||
    event.type === "catalog.instance-crash-looping"
  ) {
    found.state = event.type === "catalog.instance-exited" ? "exited" : "crash-looping";
    delete found.pid;
    turn("unknown", event.data.why);
  } else if (event.type === "catalog.instance-stopping") found.state = "stopping";
  else if (event.type === "catalog.instance-healthy") turn("healthy", event.data.why);
  else if (event.type === "catalog.instance-unhealthy") turn("unhealthy", event.data.why);
}

/** An address that an instance is to have. */
export type Place = { id: string; service: string; host: string; port: number; url?: string };

export const instanceIds = (name: string, { instances }: Service): string[] =>
  Array.from({ length: instances }, (_, i) => `${name}-${i + 1}`);

/** Where the configuration wants instances; a port of 0 is still to be found. */
export function wantedPlaces(config: Config, now: Known): Place[] {
  return Object.entries(config.services).flatMap(([service, spec]) => {
    if (spec.url !== undefined) {
      return [spec.url].flat().map((text, i): Place => {
        const { hostname, port } = new URL(text);
        const url = text.replace(/\/$/, "");
        const host = hostname.replace(/^\[|\]$/g, "");
        return { id: `${service}-${i + 1}`, service, host, port: Number(port || 80), url };
      });
    }
    return instanceIds(service, spec).map((id, i): Place => {
      const before = now.instances[id];
      const kept = before && before.url === undefined ? before.port : 0;
      const port = spec.port === undefined ? kept : spec.port + i;
      return { id, service, host: "127.0.0.1", port };
    });
  });
}

export const serviceStream = (service: string): string => `catalog/services/${service}`;
export const instanceStream = (instance: string): string => `catalog/instances/${instance}`;

/** What happened when the configuration became this one. `changed` says which settings of a service differ from before. */
export function declare(
  config: Config,
  now: Known,
  of: { places: readonly Place[]; changed: (service: string) => string[] },
): Event[] {
  const wanted = new Set(of.places.map(({ id }) => id));
  const withdrawn = [
    ...Object.values(now.instances)
      .filter(({ id }) => !wanted.has(id))
      .map(({ id: instance, service }) =>
        instanceWithdrawn({ instance, service }, { stream: instanceStream(instance) }),
      ),
    ...Object.keys(now.services)
      .filter((service) => !config.services[service])
      .map((service) => serviceWithdrawn({ service }, { stream: serviceStream(service) })),
  ];
  const declared = Object.entries(config.services).flatMap(([service, spec]) => {
    const instances = of.places.filter((place) => place.service === service).length;
    const kind = spec.url === undefined ? ("process" as const) : ("url" as const);
    return declareService({ service, kind, instances }, now, of.changed(service));
  });
  return [...withdrawn, ...declared, ...of.places.flatMap((place) => placeInstance(place, now))];
}

function declareService(
  wanted: { service: string; kind: KnownService["kind"]; instances: number },
  now: Known,
  changed: readonly string[],
): Event[] {
  const { service, kind, instances } = wanted;
  const to = { stream: serviceStream(service) };
  const before = now.services[service];
  if (before?.kind !== kind) return [serviceDeclared({ service, kind, instances }, to)];
  const what = new Set(changed);
  if (before.instances !== instances) what.add("instances");
  return what.size === 0 ? [] : [serviceChanged({ service, what: [...what], instances }, to)];
}

function placeInstance({ id: instance, service, host, port, url }: Place, now: Known): Event[] {
  const before = now.instances[instance];
  if (before && before.host === host && before.port === port && before.url === url) return [];
  const at = { instance, service, host, port, ...(url === undefined ? {} : { url }) };
  return [instancePlaced(at, { stream: instanceStream(instance) })];
}

/** Which settings differ, by name; values stay out of the log, they may be secret. */
export function changedSettings(before: Service | undefined, after: Service | undefined): string[] {
  if (!before || !after) return [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Service>;
  return [...keys]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .sort();
}

/** What a report of the keeper means for an instance; nothing when it is known. */
export function afterReport(
  instance: KnownInstance,
  report: ProcessState,
  hasChecks: boolean,
): Event[] {
  const about = { instance: instance.id, service: instance.service };
  const { state, pid, restarts } = report;
  if (state === "running" && pid !== undefined) {
    const isKnown = instance.state === "running" && instance.pid === pid;
    // In a crash loop every start looks well for a moment: only a passed check ends it.
    if (isKnown || (instance.state === "crash-looping" && hasChecks)) return [];
    return [instanceStarted({ ...about, pid, restarts })];
  }
  if (state === "stopping" && instance.state === "running") return [instanceStopping(about)];
  const why = howItEnded(report);
  if (state === "crash-looping" && instance.state !== "crash-looping") {
    return [instanceCrashLooping({ ...about, why, restarts })];
  }
  if (state === "exited" && (instance.state === "running" || instance.state === "stopping")) {
    return [instanceExited({ ...about, why, asked: report.asked ?? false })];
  }
  return [];
}

/** What a change of health means: in a crash loop, the first passed check says that it runs after all. */
export function afterHealth(
  instance: KnownInstance,
  verdict: { healthy: boolean; why: string },
  process: ProcessState | undefined,
): Event[] {
  const about = { instance: instance.id, service: instance.service };
  if (!verdict.healthy) {
    const isNews = instance.health !== "unhealthy" && instance.state !== "crash-looping";
    return isNews ? [instanceUnhealthy({ ...about, why: verdict.why })] : [];
  }
  const events: Event[] = [];
  if (instance.state === "crash-looping") {
    if (process?.state !== "running" || process.pid === undefined) return [];
    const { pid, restarts } = process;
    events.push(instanceStarted({ ...about, pid, restarts }));
  } else if (instance.health === "healthy") return [];
  return [...events, instanceHealthy({ ...about, why: verdict.why })];
}

export function howItEnded({ code, signal, error, asked }: ProcessState): string {
  if (error !== undefined) return `it could not be started (${error})`;
  if (signal !== undefined) return asked ? `it ended at ${signal}` : `killed by ${signal}`;
  if (code !== undefined) return `exit code ${code}`;
  return asked ? "as it was told" : "nobody knows how, an earlier keeper started it";
}

/** Somebody is to be found there. */
export const runs = ({ state }: KnownInstance): boolean =>
  state === "running" || state === "external";

/**
 * Visitors may be sent there: what is not known to be unwell may be tried, the gateway notices soon enough. What is to be
 * warmed up first is not, before it was.
 */
export const mayServe = (instance: KnownInstance, warmsUp: boolean): boolean =>
  runs(instance) && (warmsUp ? instance.health === "healthy" : instance.health !== "unhealthy");
