import { type Refusal, rateLimited } from "../refusal.ts";
import type { RequestHead } from "../request-head.ts";
import type { Sum, Tallies } from "../tallies.ts";
import type { Visitor } from "../visitor.ts";
import { Buckets, type Taken } from "./buckets.ts";
import { headerHash, networkOf } from "./caller.ts";
import type { RateLimitTarget } from "./settings.ts";

/** After so long without a refusal, the next one is news. */
export const quietMs = 300_000;

/** A worker's limit began to refuse. */
export type LimitReached = {
  what: "limit-reached";
  route: string;
  limit: string;
  by: string;
  everyMs: number;
  burst: number;
  dryRun: boolean;
};

/** One request, as far as limits look at it. */
export type Asked = { visitor: Pick<Visitor, "addressOf">; head: RequestHead; bytes: Buffer };

/** One limit of one route at this worker: its buckets, and what it counts. */
export class RateLimit {
  readonly route: string;
  readonly target: RateLimitTarget;
  readonly buckets: Buckets;
  readonly #refused: Sum;
  readonly #headerHash: ReturnType<typeof headerHash> | undefined;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(route: string, target: RateLimitTarget, tallies: Tallies) {
    this.route = route;
    this.target = target;
    this.buckets = new Buckets(target);
    this.#refused = tallies.limited(route, target);
    const { by } = target;
    if (by.startsWith("header:")) this.#headerHash = headerHash(by.slice("header:".length));
  }

  /** Whom this request counts for; who sends no such header counts as their address. */
  keyOf({ visitor, head, bytes }: Asked): string {
    if (this.target.by === "route") return "all";
    const named = this.#headerHash?.(head, bytes);
    return named === undefined ? networkOf(visitor.addressOf(head, bytes)) : `#${named}`;
  }

  /** The refusal, when there are too many; `tell` hears of the first one after a quiet time. */
  check(asked: Asked, now: number, tell: (fact: LimitReached) => void): Refusal | undefined {
    const waitMs = this.buckets.take(this.keyOf(asked), now);
    if (waitMs === 0) return undefined;
    this.#refused.add();
    const { name: limit, by, everyMs, burst, dryRun } = this.target;
    if (now - this.#refusedAt > quietMs)
      tell({ what: "limit-reached", route: this.route, limit, by, everyMs, burst, dryRun });
    this.#refusedAt = now;
    return dryRun ? undefined : rateLimited(limit, waitMs);
  }

  /** The same limit goes on counting over a new snapshot. */
  isSame(route: string, target: RateLimitTarget): boolean {
    return this.route === route && JSON.stringify(this.target) === JSON.stringify(target);
  }
}

/** What callers took of one limit at one worker, for the others. */
export type TakenOf = { route: string; limit: string; taken: Taken[] };

/** All limits of this worker. */
export class RateLimits {
  readonly #tallies: Tallies;
  #known: RateLimit[] = [];
  #next: RateLimit[] = [];

  constructor(tallies: Tallies) {
    this.#tallies = tallies;
  }

  /** The limits of a route in a new snapshot; `settle` then forgets those that are in it no more. */
  of(route: string, targets: readonly RateLimitTarget[]): RateLimit[] {
    const limits = targets.map(
      (target) =>
        this.#known.find((limit) => limit.isSame(route, target)) ??
        new RateLimit(route, target, this.#tallies),
    );
    this.#next.push(...limits);
    return limits;
  }
  settle(): void {
    this.#known = this.#next;
    this.#next = [];
  }

  tell(now: number): TakenOf[] {
    return this.#known
      .map(({ route, target, buckets }) => ({
        route,
        limit: target.name,
        taken: buckets.tell(now),
      }))
      .filter(({ taken }) => taken.length > 0);
  }
  hear(told: readonly TakenOf[], now: number): void {
    for (const { route, limit, taken } of told)
      for (const known of this.#known)
        if (known.route === route && known.target.name === limit) known.buckets.hear(taken, now);
  }
}
