import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import type { Counters } from "../counters/counters.ts";
import type { Log } from "../log/log.ts";
import type { Net } from "../manifest/effects.ts";
import type { Outposts } from "../outposts/outpost.ts";
import type { Sealer } from "../seal/seal.ts";
import type { Snapshots } from "../snapshots/snapshots.ts";
import type { Stores } from "../stores/stores.ts";

/** The world, as the control plane reaches it. Each has a real engine and one for tests and simulation. */
export type Ports = {
  clock: Clock;
  log: Log;
  sealer: Sealer;
  counters: Counters;
  bus: Bus;
  snapshots: Snapshots;
  net: Net;
  stores: Stores;
  outposts: Outposts;
  /** Where views live: a file, or ":memory:". */
  viewsPath: string;
};
