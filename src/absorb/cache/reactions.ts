import { due, type Effects, on, processesOf, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { endHarderCommand, endStaleCommand } from "./commands.ts";
import { type Config, rulesOf } from "./config.ts";
import {
  cacheCluster,
  harderEnded,
  harderStarted,
  cacheSnapshot,
  type Picture,
  purged,
  purgeReached,
  staleEnded,
  staleStarted,
  WorkerPurged,
} from "./contract.ts";
import { present } from "./present.ts";

const heardWithinMs = 2_000;

export const pictureOf = (
  config: Config,
  { stale, harder, purges }: ReturnType<typeof present.empty>,
): Picture => ({
  rules: rulesOf(config),
  memoryBytesMax: config.memory,
  diskBytesMax: config.disk === "off" ? 0 : config.disk,
  objectBytesMax: config.objectMax,
  purges: purges.map(({ seq, at, target, soft }) => ({ seq, at, target, soft })),
  stale: Object.values(stale),
  harder: Object.values(harder),
});

const isOver = (mode: { endsAt: number } | undefined, now: number): boolean =>
  mode !== undefined && mode.endsAt <= now;

export const reactions: readonly Reaction[] = [
  reconcile(
    "cache.picture",
    [configApplied, purged, staleStarted, staleEnded, harderStarted, harderEnded],
    async (fx: Effects<Config>) => {
      await fx.snapshots.put(cacheSnapshot, pictureOf(fx.config, fx.view(present)));
    },
  ),
  on("cache.purge-workers", purged, async ({ event }, fx) => {
    const max = fx.snapshots.get(processesOf("gateway"))?.value.processes.length ?? 0;
    const workers: WorkerPurged[] = [];
    if (max > 0) {
      const asked = { ask: "purge", purge: event.data };
      for await (const { body } of fx.bus.gather(cacheCluster, asked, {
        timeoutMs: heardWithinMs,
        max,
      })) {
        const heard = WorkerPurged.safeParse(body);
        if (heard.success) workers.push(heard.data);
      }
    }
    await fx.record("purges/reached", [purgeReached({ seq: event.data.seq, workers })]);
  }),
  due(
    "cache.stale-time",
    staleStarted,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx) => {
      // It may have been asked for again meanwhile, and then ends later.
      if (isOver(fx.view(present).stale[data.id], fx.now))
        await fx.run(endStaleCommand, { id: data.id });
    },
  ),
  due(
    "cache.harder-time",
    harderStarted,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx) => {
      if (isOver(fx.view(present).harder[data.id], fx.now))
        await fx.run(endHarderCommand, { id: data.id });
    },
  ),
];
