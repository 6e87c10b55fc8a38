import { Ghost } from "../cache/ghost.ts";
import { Exchange } from "../exchange.ts";
import { RequestHead } from "../request-head.ts";
import type { ResponseHead } from "../response-head.ts";
import type { HedgeTarget } from "./settings.ts";

/** Rare requests may come together: so many second ones are saved up. */
const tokensMax = 10;
const timesKept = 128;
const timesNeeded = 20;
const p95Share = 0.95;

/**
 * Asks a second instance what the first one has not answered after the usual time, and takes the answer that begins first
 * (Dean and Barroso, The Tail at Scale). Only requests that may be sent twice, of a route that asks for it, a share of them
 * at most, and out of the service's retry budget.
 */
export class Hedge {
  readonly target: HedgeTarget;
  #tokens = tokensMax;
  readonly #times = new Float64Array(timesKept);
  #count = 0;
  #p95Ms = Infinity;

  constructor(target: HedgeTarget) {
    this.target = target;
  }

  /** A request goes out for the first time. */
  watch(exchange: Exchange): void {
    const { head, caught } = exchange;
    if (!head.isIdempotent || head.hasBody || head.wantsUpgrade) return;
    if (caught.catcher !== undefined || exchange.client instanceof Ghost) return;
    this.#tokens = Math.min(tokensMax, this.#tokens + this.target.shareMax);
    exchange.tries.hedged = new Hedged(exchange, this, this.target.afterMs ?? this.#p95Ms);
  }

  /** An answer began after so long. */
  note(ms: number): void {
    this.#times[this.#count++ % timesKept] = ms;
    if (this.#count % timesNeeded !== 0) return;
    const known = this.#times.slice(0, Math.min(this.#count, timesKept)).toSorted();
    this.#p95Ms = known[Math.floor(known.length * p95Share)] ?? Infinity;
  }

  spend({ lane: { service } }: Exchange): boolean {
    if (this.#tokens < 1 || !service.budget.spend()) return false;
    this.#tokens--;
    return true;
  }
}

/** One request that may get a rival. */
export class Hedged {
  readonly #first: Exchange;
  readonly #hedge: Hedge;
  readonly #sentAt = performance.now();
  #timer: Timer | undefined = undefined;
  #rival: Exchange | undefined = undefined;

  constructor(first: Exchange, hedge: Hedge, afterMs: number) {
    this.#first = first;
    this.#hedge = hedge;
    if (afterMs !== Infinity) this.#timer = setTimeout(() => this.#race(), afterMs);
  }

  #race(): void {
    const first = this.#first;
    const { lane, head, bytes, instance, plane } = first;
    if (first.isOver || first.hasAnswered || instance === undefined) return;
    const other = lane.service.pick(instance, false, first);
    if (other === undefined || !other.isUsable || !this.#hedge.spend(first)) return;
    const own = new RequestHead(plane.requestLimits);
    own.reset(head.base, plane.requestLimits);
    own.parse(bytes, bytes.length);
    const nothing = (): void => {};
    const fetcher = { isInBackground: false, fetched: nothing, failed: nothing, cutOff: nothing };
    const rival = new Exchange(new Ghost(first.client, fetcher), own, bytes, lane);
    rival.caught = { catcher: { responded: (_, answer) => this.#won(answer), body: nothing } };
    rival.tries.attempts = 1; // It is the second try; there is no third.
    rival.dueAt = first.dueAt;
    this.#rival = rival;
    lane.service.counts.retries.hedge.add();
    rival.send(other, false);
  }

  /** The rival's answer begins: true when it is of no use. */
  #won({ status }: ResponseHead): boolean {
    const rival = this.#rival;
    if (rival === undefined) return true;
    if (status >= 500) {
      this.#drop();
      return true;
    }
    this.#rival = undefined;
    rival.caught = {};
    const { upstream } = this.#first;
    rival.takeOver(this.#first);
    upstream?.terminate();
    return false;
  }

  /** The first one's answer begins. */
  answered(): void {
    this.#hedge.note(performance.now() - this.#sentAt);
    this.over();
  }

  /** Nobody needs a rival any more. */
  over(): void {
    clearTimeout(this.#timer);
    this.#drop();
  }

  #drop(): void {
    const rival = this.#rival;
    this.#rival = undefined;
    rival?.abandoned(false);
  }
}
