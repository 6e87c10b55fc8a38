import {
  type Effects,
  every,
  heard,
  keeperCluster,
  KeeperList,
  processesOf,
  type ProcessSpec,
  type ProcessState,
  processesState,
  processFact,
  type Reaction,
  reconcile,
  started,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import {
  afterHealth,
  afterReport,
  changedSettings,
  declare,
  instanceStream,
  known,
  type KnownInstance,
  type Place,
  wantedPlaces,
} from "./catalog.ts";
import type { Config, Service } from "./config.ts";
import { instanceCrashLooping } from "./contract.ts";
import { noteCheck, pauseMs, startAnew } from "./health.ts";
import { checksOf, inTurn, type Live, liveOf } from "./live.ts";
import { probe } from "./probe.ts";
import { warmUp } from "./warm-up.ts";

type Fx = Effects<Config>;

const portFirst = 20_000;
/** Below what systems hand out for outgoing connections, so that none is ever on an instance's port. */
const portCount = 10_000;
const portTriesMax = 100;
const portProbeMs = 500;
const readyWithinMs = 30_000;
const lookEveryMs = 100;
const checksAtOnceMax = 32;
const keeperAnswersWithinMs = 2_000;

/** The folder of the configuration file: paths in it are seen from there. Given to Castor as equipment `machine`. */
type Home = { folder: string };

/** Brings the facts, and what the keeper runs, in step with the configuration. */
async function becomeAsConfigured(fx: Fx): Promise<void> {
  const live = liveOf(fx);
  await inTurn(live, async () => {
    const { config } = fx;
    const places = await foundPlaces(fx);
    const changed = (service: string): string[] =>
      changedSettings(live.config?.services[service], config.services[service]);
    const events = declare(config, fx.view(known), { places, changed });
    if (events.length > 0) await fx.record("services", events);
    live.config = config;
    const { folder } = fx.equipment<Home>("machine");
    const wanted = new Set(places.map(({ id }) => id));
    for (const each of [live.checks, live.processes])
      for (const id of each.keys()) if (!wanted.has(id)) each.delete(id);
    const processes = places.flatMap((place) => {
      const service = config.services[place.service];
      return service?.run === undefined
        ? []
        : [processSpec(place, service, { run: service.run, folder })];
    });
    await fx.snapshots.put(processesOf("catalog"), { processes });
  });
}

async function foundPlaces(fx: Fx): Promise<Place[]> {
  const places = wantedPlaces(fx.config, fx.view(known));
  const taken = new Set(places.map(({ port }) => port));
  for (const place of places) {
    if (place.port !== 0 && !(await isPortLost(place, fx))) continue;
    place.port = await freePort(fx, taken);
    taken.add(place.port);
  }
  return places;
}

/** Whether an instance that cannot start finds somebody else on the port that Castor chose for it. */
async function isPortLost({ id, service, port }: Place, fx: Fx): Promise<boolean> {
  const isChosen = fx.config.services[service]?.port === undefined;
  const isFailing = fx.view(known).instances[id]?.state === "crash-looping";
  const isDown = liveOf(fx).processes.get(id)?.pid === undefined;
  return isChosen && isFailing && isDown && (await isTaken(port, fx));
}

const isTaken = (port: number, fx: Fx): Promise<boolean> =>
  fx.net.connect({ host: "127.0.0.1", port, timeoutMs: portProbeMs }).then(
    () => true,
    () => false,
  );

async function freePort(fx: Fx, taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < portTriesMax; tries++) {
    const port = portFirst + Math.floor(fx.random() * portCount);
    if (taken.has(port)) continue;
    if (!(await isTaken(port, fx))) return port;
  }
  return await fx.net.freePort();
}

export function processSpec(
  { id, host, port }: Place,
  of: Service,
  { run, folder }: { run: string | string[]; folder: string },
): ProcessSpec {
  return {
    id,
    kind: "service",
    command: run,
    cwd: of.cwd?.startsWith("/") === true ? of.cwd : `${folder}/${of.cwd ?? ""}`,
    env: { PORT: String(port), INSTANCE: id, ...of.env },
    stop: { signal: of.stop.signal, graceMs: of.stop.grace, drainMs: of.stop.drain },
    restart: { firstMs: of.restart.first, maxMs: of.restart.max },
    ...(of.health === false ? {} : { ready: { host, port, withinMs: readyWithinMs } }),
    ...(of.nice === undefined ? {} : { nice: of.nice }),
  };
}

async function hearReport(report: ProcessState, fx: Fx): Promise<void> {
  if (report.kind !== "service") return;
  const live = liveOf(fx);
  await inTurn(live, async () => {
    const instance = fx.view(known).instances[report.id];
    if (!instance) return;
    const before = live.processes.get(report.id);
    live.processes.set(report.id, report);
    const isSameRun = before?.state === "running" && before.pid === report.pid;
    if (report.state === "running" && !isSameRun) startAnew(checksOf(live, report.id));
    const hasChecks = fx.config.services[instance.service]?.health !== false;
    await recordFor(instance, afterReport(instance, report, hasChecks), fx);
  });
}

/** What the keeper tells as a whole: who is not in it does not run, as after the power failed. */
async function hearAll(reports: readonly ProcessState[], fx: Fx): Promise<void> {
  for (const report of reports) await hearReport(report, fx);
  const listed = new Set(reports.map(({ id }) => id));
  for (const { id, state } of Object.values(fx.view(known).instances)) {
    if (listed.has(id) || (state !== "running" && state !== "stopping")) continue;
    const gone = { id, kind: "service", state: "exited", restarts: 0, at: fx.now } as const;
    await hearReport({ ...gone, asked: state === "stopping" }, fx);
  }
}

const recordFor = async (
  { id }: KnownInstance,
  events: ReturnType<typeof afterReport>,
  fx: Fx,
): Promise<void> => {
  if (events.length === 0) return;
  const stream = instanceStream(id);
  // What happened to an instance last is what led to this: it ended, so it was started; it runs, so it is well.
  const cause = fx.log.read(stream, { backwards: true, limit: 1 })[0]?.position;
  const told = events.map((event) => ({ ...event, stream }));
  await fx.record(id, told, cause === undefined ? {} : { cause });
};

/** What the keeper said while nobody listened. */
async function askKeeper(fx: Fx): Promise<void> {
  const asked = { do: "list" };
  const answer = await fx.bus
    .request(keeperCluster, asked, { timeoutMs: keeperAnswersWithinMs })
    .catch(() => undefined); // It tells everything when it connects.
  const list = KeeperList.safeParse(answer);
  for (const report of list.success ? list.data.processes : []) await hearReport(report, fx);
}

function checkAllDue(fx: Fx): void {
  const live = liveOf(fx);
  let underWay = [...live.checks.values()].filter(({ isUnderWay }) => isUnderWay).length;
  for (const instance of Object.values(fx.view(known).instances)) {
    if (underWay >= checksAtOnceMax) return;
    const checks = checksOf(live, instance.id);
    if (checks.isUnderWay || fx.now < checks.nextAt || !isUp(instance, live)) continue;
    underWay++;
    void checkOne(instance, fx).catch((error: unknown) =>
      fx.note(`The check of ${instance.id} broke: ${String(error)}`),
    );
  }
}

const isUp = ({ id, state }: KnownInstance, live: Live): boolean => {
  const process = live.processes.get(id)?.state;
  return (
    state === "external" || (process === undefined ? state === "running" : process === "running")
  );
};

async function checkOne({ id, service, host, port }: KnownInstance, fx: Fx): Promise<void> {
  const health = fx.config.services[service]?.health;
  if (!health) return;
  const live = liveOf(fx);
  const checks = checksOf(live, id);
  const pid = live.processes.get(id)?.pid;
  checks.isUnderWay = true;
  try {
    const { path, timeout: timeoutMs } = health;
    const result = await probe(
      { host, port, ...(path === undefined ? {} : { path }), timeoutMs },
      fx,
    );
    const { warmUp: wanted } = fx.config.services[service] ?? {};
    const isNew = fx.view(known).instances[id]?.health === "unknown" && checks.warmth === "";
    if (wanted && result.ok && isNew) checks.warmth = await warmUp({ host, port }, wanted, fx);
    await inTurn(live, async () => {
      const instance = fx.view(known).instances[id];
      // It ended, or was replaced, while the question was under way.
      if (!instance || !isUp(instance, live) || live.processes.get(id)?.pid !== pid) return;
      const verdict = noteCheck(checks, result, health);
      if (!verdict) return;
      const { healthy, why } = verdict;
      const said =
        healthy && checks.warmth !== "" ? { healthy, why: `${why}, ${checks.warmth}` } : verdict;
      await recordFor(instance, afterHealth(instance, said, live.processes.get(id)), fx);
    });
  } finally {
    checks.isUnderWay = false;
    const now = fx.view(known).instances[id]?.health ?? "unknown";
    const hasFailures = checks.failures > 0;
    checks.nextAt =
      fx.now + pauseMs({ health: now, everyMs: health.every, hasFailures }, fx.random());
  }
}

export const reactions: readonly Reaction[] = [
  reconcile("catalog.as-configured", [configApplied, instanceCrashLooping], becomeAsConfigured),
  started(askKeeper),
  heard(processFact, hearReport),
  heard(processesState, async ({ processes }, fx: Fx) => await hearAll(processes, fx)),
  every("catalog.health", lookEveryMs, checkAllDue),
];
