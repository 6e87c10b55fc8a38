import { view } from "#kernel";
import {
  type HarderMode,
  harderEnded,
  harderStarted,
  type Purge,
  purged,
  purgeReached,
  staleEnded,
  type StaleMode,
  staleStarted,
} from "./contract.ts";

/** So many purges are handed to whoever was away; who missed more starts empty. */
export const purgesKeptMax = 1_000;

export type Present = {
  stale: Record<string, StaleMode>;
  harder: Record<string, HarderMode>;
  purges: (Purge & { workers: number; removed: number })[];
};

/** What holds now: modes that are on, and the last purges. */
export const present = view<
  Present,
  | typeof purged
  | typeof purgeReached
  | typeof staleStarted
  | typeof staleEnded
  | typeof harderStarted
  | typeof harderEnded
>("cache.present", {
  version: 2,
  from: [purged, purgeReached, staleStarted, staleEnded, harderStarted, harderEnded],
  empty: () => ({ stale: {}, harder: {}, purges: [] }),
  apply: (known, { event }) => {
    switch (event.type) {
      case "cache.purged":
        known.purges.push({ ...event.data, workers: 0, removed: 0 });
        if (known.purges.length > purgesKeptMax) known.purges.shift();
        break;
      case "cache.purge-reached": {
        const found = known.purges.find(({ seq }) => seq === event.data.seq);
        if (found === undefined) break;
        found.workers = event.data.workers.length;
        found.removed = event.data.workers.reduce((sum, each) => sum + each.removed, 0);
        break;
      }
      case "cache.stale-started":
        known.stale[event.data.id] = event.data;
        break;
      case "cache.stale-ended":
        delete known.stale[event.data.id];
        break;
      case "cache.harder-started":
        known.harder[event.data.id] = event.data;
        break;
      case "cache.harder-ended":
        delete known.harder[event.data.id];
        break;
    }
    return known;
  },
});
