import type { Places } from "./origin/places.ts";
import { SickPaths } from "./care/saint.ts";
import type { InstanceTarget } from "./snapshot.ts";
import type { InstanceCounts } from "./tallies.ts";
import type { Upstream } from "./upstream.ts";

/** Why an instance gets no requests: nobody listens there, or its answers are errors. */
export type Ejected = "no" | "unreachable" | "erring";

/** A request that may not be sent twice trusts a pooled connection only while it is this fresh. */
const freshForUnsafeMsMax = 1_000;

/** One instance of a service as this worker knows it: its connections, and how it has behaved. */
export class Instance {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly counts: InstanceCounts;
  isHealthy: boolean;
  isRunning: boolean;
  isGone = false;
  /** When whatever still runs there is cut off, once the instance is withdrawn. */
  cutAt = Number.POSITIVE_INFINITY;
  inFlight = 0;
  /** How much it takes at once; absent where nobody asks. */
  places: Places | undefined = undefined;
  open = 0;
  readonly idle: Upstream[] = [];
  errorsInRow = 0;
  ejected: Ejected = "no";
  ejections = 0;
  ejectedAt = 0;
  ejectedUntil = 0;
  probeAt = 0;
  /** When it began to take requests, on the plane's clock; 0 once it is as good as the others. */
  startedAt = performance.now();
  readonly sick = new SickPaths();

  constructor(target: InstanceTarget, counts: InstanceCounts) {
    this.id = target.id;
    this.host = target.host;
    this.port = target.port;
    this.authority = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
    this.isHealthy = target.healthy;
    this.isRunning = target.running;
    this.counts = counts;
  }

  get isUsable(): boolean {
    return this.isHealthy && this.ejected === "no";
  }

  isSame(target: InstanceTarget): boolean {
    return this.id === target.id && this.host === target.host && this.port === target.port;
  }

  /** The pooled connection used last, which is the one least likely to be closed under us. */
  takeIdle(mayRepeat: boolean, now: number): Upstream | undefined {
    const { idle } = this;
    const newest = idle[idle.length - 1];
    if (newest === undefined) return undefined;
    if (!mayRepeat && now - newest.idleSince > freshForUnsafeMsMax) return undefined;
    idle.pop();
    return newest;
  }

  /** A new process need not sit out what the one before it did; one that errs again and again must. */
  beginsAnew(now: number): void {
    if (this.ejections <= 1 && this.probeAt > now) this.probeAt = now;
  }

  forget(upstream: Upstream): void {
    const at = this.idle.lastIndexOf(upstream);
    if (at >= 0) this.idle.splice(at, 1);
  }

  /** Withdrawn: takes nothing new, what runs may finish within `drainMs`. */
  retire(drainMs: number): void {
    this.isGone = true;
    this.cutAt = performance.now() + drainMs;
    for (const upstream of this.idle.splice(0)) upstream.close();
  }
}
