import { answer, capability, type Read } from "#kernel";
import { targets } from "../../run/catalog/contract.ts";
import { lastLines } from "./access-log.ts";
import * as contract from "./contract.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import {
  bytesNow,
  costsNow,
  history,
  quantilesNow,
  rates,
  refusalsNow,
  refusedNow,
  retriesNow,
  protocolsNow,
  statusClasses,
  visitorsNow,
} from "./live-figures.ts";
import { checkRoutes } from "./check-routes.ts";
import { Config, listenerNames, routesOf } from "./route.ts";
import { limitsNow } from "./limits-now.ts";
import { scannersNow, unmark } from "./scanners.ts";
import { barrierActions } from "./barrier-actions.ts";
import { barrierEvents, barriersNow } from "./barriers.ts";
import { forked } from "./forked.ts";
import { endSplit, mirror, split, splitsNow } from "./splits.ts";
import { servicesNow } from "./services-now.ts";
import { reactions, workerStats } from "./workers.ts";

export const gateway = capability({
  id: "gateway",
  about: "The front door: routes, balancing, health, retries, and what visitors get.",
  config: Config,
  check: checkRoutes,
  emits: [
    contract.instanceEjected,
    contract.instanceReadmitted,
    contract.breakerOpened,
    contract.breakerClosed,
    contract.workerStarted,
    contract.workerExited,
    contract.pictureRefused,
    contract.routesChanged,
    contract.certificateLoaded,
    contract.certificateRefused,
    contract.certificateExpiring,
    contract.limitReached,
    contract.scannerMarked,
    contract.scannerUnmarked,
    contract.splitChanged,
    contract.splitEnded,
    contract.mirrorChanged,
    contract.mirrorEnded,
    ...barrierEvents,
  ],
  counts: [
    contract.requests,
    contract.latency,
    contract.protocols,
    contract.instanceRequests,
    contract.instanceErrors,
    contract.visitors,
    contract.bytes,
    contract.retries,
    contract.refusals,
    contract.originTime,
    contract.originAnswers,
    contract.aborts,
    contract.rateLimited,
    contract.queueWait,
    contract.queueRefused,
    contract.scannerRequests,
    contract.scannerMarks,
    contract.accessLogLines,
    contract.mirrored,
  ],
  refuses: [
    contract.notStopped,
    contract.notShedding,
    contract.shedTooLong,
    contract.notMarked,
    contract.unknownRoute,
    contract.unknownService,
    contract.notForked,
  ],
  actions: [...barrierActions, unmark, split, endSplit, mirror],
  views: [forked, barriersNow],
  snapshots: [gatewaySnapshot],
  asks: [targets],
  reactions,
  answers: [
    answer(contract.now, async (read: Read<Config>, { minutes }) => {
      const { counters, now: at, config } = read;
      const stats = await workerStats(read);
      const classes = statusClasses(counters, at);
      return {
        at,
        listeners: listenerNames(config),
        visitorsPerSecond: visitorsNow(counters, at),
        requestsPerSecond: Object.values(classes).reduce((sum, each) => sum + each, 0),
        statusClasses: classes,
        protocols: protocolsNow(counters, at),
        latencyMs: quantilesNow(counters, at),
        bytesPerSecond: bytesNow(counters, at),
        retriesPerSecond: retriesNow(counters, at),
        services: await servicesNow(read, stats),
        refusals: refusalsNow(counters, at),
        workers: stats.map(({ worker: id, pid, connections }) => ({ id, pid, connections })),
        history: history(counters, at, minutes),
      };
    }),
    answer(contract.splits, (read: Read<Config>) => splitsNow(read)),
    answer(contract.accessLog, (read: Read<Config>, input) => lastLines(read, input)),
    answer(contract.scanners, (read: Read<Config>) => scannersNow(read)),
    answer(contract.limits, (read: Read<Config>) => limitsNow(read)),
    answer(contract.refused, ({ counters, now: at }: Read<Config>, { minutes }) => ({
      at,
      refusals: refusedNow(counters, at, minutes),
    })),
    answer(contract.routes, async (read: Read<Config>) => {
      const services = (await read.ask(targets, {})).map((each) => each.service);
      const perRoute = new Map(
        rates(read.counters, read.now, contract.requests, ["route"]).map(({ labels, rate: n }) => [
          labels.route,
          n,
        ]),
      );
      const cost = costsNow(read.counters, read.now);
      return {
        listeners: listenerNames(read.config),
        routes: routesOf(read.config, services).map((route) => ({
          id: route.id,
          hosts: [route.host ?? "*"].flat(),
          path: route.path,
          service: route.service,
          timeouts: route.timeouts,
          bodyBytesMax: route.bodyMax,
          requestsPerSecond: perRoute.get(route.id) ?? 0,
          ...cost(route.id),
        })),
      };
    }),
  ],
});
