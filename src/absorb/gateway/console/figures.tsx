import type { ReactNode } from "react";
import {
  amount,
  bytes,
  type CacheNow,
  duration,
  type GatewayNow,
  type Rooms,
  share,
  type SurgeStatus,
  Tile,
  Tiles,
} from "#console";

type Of = {
  now: GatewayNow;
  cache: CacheNow | undefined;
  surge: SurgeStatus | undefined;
  rooms: Rooms | undefined;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

function capacityText({ ladders }: SurgeStatus): string {
  const known = ladders.flatMap(({ evidence }) => evidence?.capacityPerSecond ?? []);
  return known.length === 0 ? "limit not seen yet" : `services: ${amount(sum(known))}/s at best`;
}

/** How much comes, how much of it is answered here, and what it costs. */
export function Figures({ now, cache, surge, rooms }: Of): ReactNode {
  const queued = sum(now.services.map((each) => each.queued));
  const waits = now.services.map(({ queueWaitMs }) => queueWaitMs.p95 ?? 0);
  const inRooms = sum(rooms?.rooms.map(({ waiting }) => waiting) ?? []);
  const errors = now.statusClasses["5xx"] ?? 0;
  const hits = cache?.hitRatio ?? null;
  return (
    <Tiles>
      <Tile
        label="Visitors"
        value={`${amount(now.visitorsPerSecond)}/s`}
        says={`${amount(sum(now.workers.map((each) => each.connections)))} connections`}
      />
      <Tile
        label="Requests"
        value={`${amount(now.requestsPerSecond)}/s`}
        says={surge ? capacityText(surge) : `${bytes(now.bytesPerSecond.out)}/s out`}
      />
      <Tile
        label="From the cache"
        value={hits === null ? "–" : share(hits)}
        says={
          cache === undefined || cache.rules.length === 0
            ? "nothing is cached"
            : "of what may be cached"
        }
      />
      <Tile
        label="Waiting for a place"
        value={amount(queued)}
        says={
          inRooms > 0
            ? `and ${amount(inRooms)} people in waiting rooms`
            : `95 % wait up to ${duration(Math.max(0, ...waits))}`
        }
      />
      <Tile
        label="99 % answered in"
        value={duration(now.latencyMs.p99)}
        says={`half in ${duration(now.latencyMs.p50)}`}
      />
      <Tile
        label="Server errors"
        value={
          <span className={errors > 0 ? "text-bad" : ""}>
            {now.requestsPerSecond > 0 ? share(errors / now.requestsPerSecond) : "0 %"}
          </span>
        }
        says={`${amount(errors)}/s, ${amount(now.retriesPerSecond)} retries/s`}
      />
    </Tiles>
  );
}
