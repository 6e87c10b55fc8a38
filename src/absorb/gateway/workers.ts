import {
  due,
  type Effects,
  heard,
  processesOf,
  processFact,
  type Read,
  reconcile,
  serve,
  type Reaction,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { instanceChanges, targets } from "../../run/catalog/contract.ts";
import {
  limitReached,
  mirrorChanged,
  mirrorEnded,
  routesChanged,
  sheddingStarted,
  splitChanged,
  splitEnded,
  pictureRefused,
  workerExited,
  workerStarted,
} from "./contract.ts";
import { rememberCare } from "./care-facts.ts";
import { expiry, rememberCertificate } from "./certificate-facts.ts";
import { rememberMark } from "./marks.ts";
import {
  type GatewayFact,
  gatewayReport,
  WorkerStats,
  workersCluster,
} from "./data-plane/messages.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { barrierEvents, barriersNow } from "./barriers.ts";
import { endShedding } from "./barrier-actions.ts";
import { forked } from "./forked.ts";
import { workerId, workerProcess, workersMax } from "./worker-process.ts";
import { type Config, gatewaySnapshotOf, listenerNames, routesOf } from "./route.ts";

/** What the process was started on. Given to Castor as equipment `machine`. */
export type Machine = { cores: number; workerCommand: (id: string) => string[] };

/** The folder of the configuration file: paths in it are seen from there. */
type Home = { folder: string };

const statsTimeoutMs = 500;
const limitQuietMs = 300_000;
const factsLookedAtMax = 64;

export const workerIds = (config: Config, cores: number): string[] =>
  Array.from(
    { length: config.workers === "auto" ? Math.min(cores, workersMax) : config.workers },
    (_, i) => workerId(i + 1),
  );

async function publishPicture(fx: Effects<Config>): Promise<void> {
  const before = fx.snapshots.get(gatewaySnapshot);
  const found = await fx.ask(targets, {});
  // On a very first start the catalog has not placed anything yet: a door that leads nowhere stays shut until it has.
  if (found.length === 0 && !before) return;
  const { folder, cores } = fx.equipment<Home & Machine>("machine");
  const workers = workerIds(fx.config, cores).length;
  const picture = gatewaySnapshot.schema.parse(
    gatewaySnapshotOf(fx.config, found, {
      folder,
      workers,
      forks: fx.view(forked),
      barriers: fx.view(barriersNow),
    }),
  );
  const version = await fx.snapshots.put(gatewaySnapshot, picture);
  const shape = (of: typeof picture | undefined) =>
    JSON.stringify([of?.listeners, of?.tls, of?.routes, of?.services.map((each) => each.id)]);
  const services = found.map((each) => each.service);
  if (services.length === 0 || shape(before?.value) === shape(picture)) return;
  const routes = routesOf(fx.config, services);
  await fx.record("routes", [
    routesChanged({
      version,
      listeners: listenerNames(fx.config),
      routes: routes.length,
      services: [...new Set(routes.map((each) => each.service))],
    }),
  ]);
}

async function publishWorkers(fx: Effects<Config>): Promise<void> {
  const { cores, workerCommand } = fx.equipment<Machine>("machine");
  const processes = workerIds(fx.config, cores).map((id) =>
    workerProcess({ id, command: workerCommand(id), drainMs: fx.config.drain }),
  );
  await fx.snapshots.put(processesOf("gateway"), { processes });
}

/** Several workers reach a limit together: the first one's word is enough for a while. */
async function rememberLimit(
  id: string,
  fact: Extract<GatewayFact, { what: "limit-reached" }>,
  fx: Effects,
): Promise<void> {
  const { what: _, ...about } = fact;
  const key = `limits/${about.route}/${about.limit}`;
  const last = fx.log.read(`gateway/${key}`, { backwards: true, limit: 1 })[0];
  if (last !== undefined && fx.now - last.at < limitQuietMs) return;
  await fx.record(key, [limitReached(about)], { id });
}

/**
 * A worker says that it serves with each picture it takes; the first word of each life is a fact. Its own word, because control
 * may have been too late to hear the keeper's.
 */
async function rememberStart(
  { worker, pid }: Extract<GatewayFact, { what: "ready" }>,
  fx: Effects,
): Promise<void> {
  const last = fx.log
    .read(`gateway/workers/${worker}`, { backwards: true, limit: factsLookedAtMax })
    .find(({ event }) => event.type === workerStarted.type);
  if ((last?.event.data as { pid?: number } | undefined)?.pid === pid) return;
  await fx.record(`workers/${worker}`, [workerStarted({ worker, pid })]);
}

/** The same fact told twice is one fact: its id is the envelope's. */
async function rememberFact(id: string, fact: GatewayFact, fx: Effects): Promise<void> {
  if (fact.what === "ready") return rememberStart(fact, fx);
  if (fact.what === "picture-refused") {
    const { worker, why } = fact;
    await fx.record(`workers/${worker}`, [pictureRefused({ worker, why })], { id });
    return;
  }
  if (fact.what === "limit-reached") return rememberLimit(id, fact, fx);
  if (fact.what === "scanner-marked") return rememberMark(id, fact, fx);
  if (fact.what === "certificate-loaded" || fact.what === "certificate-refused")
    return rememberCertificate(id, fact, fx);
  return rememberCare(id, fact, fx);
}

/** Asks every worker how it is; those that do not answer in time are left out. */
export async function workerStats(read: Read<Config>): Promise<WorkerStats[]> {
  const max = workerIds(read.config, read.equipment<Machine>("machine").cores).length;
  const stats: WorkerStats[] = [];
  for await (const { body } of read.bus.gather(workersCluster, "stats", {
    timeoutMs: statsTimeoutMs,
    max,
  })) {
    const parsed = WorkerStats.safeParse(body);
    if (parsed.success) stats.push(parsed.data);
  }
  return stats.toSorted((a, b) => a.worker.localeCompare(b.worker));
}

export const reactions: readonly Reaction[] = [
  expiry,
  reconcile(
    "gateway.picture",
    [
      configApplied,
      ...instanceChanges,
      splitChanged,
      splitEnded,
      mirrorChanged,
      mirrorEnded,
      ...barrierEvents,
    ],
    publishPicture,
  ),
  due(
    "gateway.shed-time",
    sheddingStarted,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx: Effects<Config>) => {
      // It may have been asked for again meanwhile, and then ends later.
      const on = fx.view(barriersNow).sheds[data.id];
      if (on !== undefined && on.endsAt <= fx.now) await endShedding(fx, [data.id], "time");
    },
  ),
  reconcile("gateway.workers", [configApplied], publishWorkers),
  serve(gatewayReport, async (report, fx) => {
    if (report.kind === "fact") await rememberFact(report.id, report.fact, fx);
    else fx.merge(report.delta as Parameters<typeof fx.merge>[0]);
    return "noted";
  }),
  heard(processFact, async ({ id, kind, state, code, signal, error, asked }, fx) => {
    if (kind !== "worker" || !id.startsWith("gateway-")) return;
    if (state === "exited" && asked !== true)
      await fx.record(`workers/${id}`, [
        workerExited({
          worker: id,
          why: error ?? (signal ? `signal ${signal}` : `exit code ${code ?? "unknown"}`),
        }),
      ]);
  }),
];
