import { perCastor } from "#kernel";
import type { Evidence } from "./contract.ts";
import { type Watch, unwatched } from "./control.ts";
import { Meter } from "./meter.ts";
import type { Pressure } from "./pressure.ts";

/** What is known of one service at this moment, and since when it has been so. */
export type Seen = { watch: Watch; evidence: Evidence; pressure: Pressure };

/** What changes each second and is known again soon after a restart. */
export type Live = { meter: Meter; seen: Map<string, Seen>; lookedAt: number | undefined };

export const liveOf = perCastor((): Live => ({
  meter: new Meter(),
  seen: new Map(),
  lookedAt: undefined,
}));

export const watchOf = (live: Live, service: string): Watch =>
  live.seen.get(service)?.watch ?? unwatched;
