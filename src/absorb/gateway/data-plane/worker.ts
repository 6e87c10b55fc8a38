import { join, resolve } from "node:path";
// A worker is a process of its own, so it puts its ports together itself instead of loading all of the kernel.
import type { Bus } from "../../../kernel/bus/bus.ts";
import { connectBus } from "../../../kernel/bus/connect.ts";
import { machineClock } from "../../../kernel/clock/machine.ts";
import { createTally, hash32 } from "../../../kernel/counters/tally.ts";
import { announceReady } from "../../../kernel/processes/ready.ts";
import { followSnapshot } from "../../../kernel/snapshots/follow.ts";
import { serveLastLines } from "./access-log/asked.ts";
import { Applying } from "./applying.ts";
import { shareAdmission } from "./admission/sharing.ts";
import { SendQueue } from "./send-queue.ts";
import {
  type GatewayFact,
  type GatewayReport,
  gatewayReport,
  type WorkerStats,
  workersCluster,
} from "./messages.ts";
import { followOthers, type Place } from "./other-pictures.ts";
import { Plane } from "./plane.ts";
import { gatewaySnapshot, type GatewaySnapshot } from "./snapshot.ts";

const deltaMs = 1_000;
/** Half an hour of one delta a second: what a worker remembers while control is away. */
const reportsKeptMax = 1_800;
const answerWithinMs = 5_000;
/** How long a worker that ends waits for control to take its last figures. */
const lastWordsMs = 2_000;
export type WorkerOptions = { data: string; id: string };
export type Worker = {
  plane: Plane;
  /** Ends gracefully: what runs may finish within the snapshot's `drainMs`. */
  stop(): Promise<void>;
};

/** Starts a worker on the snapshot in the data folder, with or without control. */
export async function startWorker(of: WorkerOptions): Promise<Worker> {
  const data = resolve(of.data);
  const clock = machineClock();
  const bus = connectBus({ path: join(data, "run", "bus.sock"), name: of.id, clock });
  // A restarted worker counts from one again, so each life has its own name.
  const life = `${of.id}.${clock.id()}`;
  const tally = createTally({ from: life, clock });
  const { tell, count, lastWords } = reporting(bus, tally, life);
  const plane = new Plane({
    tally,
    hash32,
    tell: (fact) => tell({ ...fact, worker: of.id }),
    onCertificate: (news) => tell({ ...news, worker: of.id }),
    accessLogPath: join(data, "logs", `access-${of.id}.log`),
  });
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const applying = new Applying(plane, {
    onApplied: (version) => {
      isReady();
      tell({ what: "ready", worker: of.id, pid: process.pid, snapshot: version });
    },
    onRefused: (why) => tell({ what: "picture-refused", worker: of.id, why }),
  });
  const others = await followOthers(plane, {
    ...{ worker: of.id, life, data, bus, follow: followIn(join(data, "snapshot"), bus) },
  });
  const following = followSnapshot<GatewaySnapshot>({
    folder: join(data, "snapshot"),
    name: gatewaySnapshot.name,
    schema: gatewaySnapshot.schema,
    bus,
    onChange: ({ version, value }) => applying.take(version, value),
    onInvalid: (what) => complain(`The snapshot is not usable: ${what}`),
  });
  const counting = setInterval(() => void count(), deltaMs);
  const stopSharing = shareAdmission(plane.admission, bus, { worker: of.id, life });
  bus.onConnect(() => {
    others.look();
    following.look();
  });
  serveLastLines(plane, of.id, bus);
  bus.serve(workersCluster, {
    request: async () => statsOf(plane, { worker: of.id, snapshot: applying.version }),
  });
  await ready;
  return {
    plane,
    stop: async () => {
      following.close();
      applying.stop();
      await plane.drain(plane.config.drainMs);
      await plane.accessLog?.close();
      others.close();
      clearInterval(counting);
      stopSharing();
      await lastWords();
      await bus.close();
    },
  };
}

/** Tells control what happens, and repeats it until control answers. */
function reporting(
  bus: Bus,
  tally: ReturnType<typeof createTally>,
  life: string,
): { tell(fact: GatewayFact): void; count(): Promise<void>; lastWords(): Promise<void> } {
  const reports = new SendQueue<GatewayReport>(reportsKeptMax, (report) =>
    bus.request(gatewayReport.name, report, { timeoutMs: answerWithinMs }).then(
      () => true,
      () => false,
    ),
  );
  let facts = 0;
  const tell = (fact: GatewayFact): void => {
    reports.add({ kind: "fact", id: `${life}/${++facts}`, fact });
    void reports.flush();
  };
  const note = (): void => {
    const delta = tally.take();
    if (delta.series.length > 0) reports.add({ kind: "counted", delta });
  };
  const count = (): Promise<void> => {
    note();
    return reports.flush();
  };
  // Control may have come back just now, before this worker found it again.
  const lastWords = (): Promise<void> => {
    note();
    return reports.empty(lastWordsMs);
  };
  return { tell, count, lastWords };
}

const followIn =
  (folder: string, bus: Bus): Place["follow"] =>
  ({ name, schema }, hear) =>
    followSnapshot({
      ...{ folder, name, schema, bus },
      onChange: ({ value }) => hear(value),
      onInvalid: (what) => complain(`The picture ${name} is not usable: ${what}`),
    });

/** Runs a worker until SIGTERM or SIGINT; a second signal ends it at once. */
export async function runWorker(of: WorkerOptions): Promise<number> {
  const asked = Promise.withResolvers<void>();
  let signals = 0;
  const hear = (): void => {
    signals++;
    asked.resolve();
    if (signals > 1) process.exit(130);
  };
  process.on("SIGTERM", hear);
  process.on("SIGINT", hear);
  const worker = await Promise.race([startWorker(of), asked.promise]);
  if (worker === undefined) return 0;
  announceReady();
  await asked.promise;
  await worker.stop();
  return 0;
}

function statsOf(plane: Plane, of: { worker: string; snapshot: number }): WorkerStats {
  const { connections, services } = plane.stats();
  return {
    ...of,
    pid: process.pid,
    connections,
    services: services.map(({ id, queued, isPressed, held, breaker }) => ({
      ...{ id, queued, isPressed, held, breaker },
    })),
    instances: services.flatMap(({ id: service, instances }) =>
      instances.map(({ id, inFlight, limit, idle, ejected, share, sickPaths, resting }) => ({
        service,
        id,
        inFlight,
        limit,
        pooled: idle,
        ejected: ejected !== "no",
        ...{ share, sickPaths, resting },
      })),
    ),
  };
}

const complain = (what: string): boolean => process.stderr.write(`gateway: ${what}\n`);
