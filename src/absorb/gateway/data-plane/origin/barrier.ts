import type { Exchange } from "../exchange.ts";
import { paused, type Refusal, shedByOrder, stopped } from "../refusal.ts";
import type { Service } from "../service.ts";
import { rankOf } from "./criticality.ts";
import { criticalities, type BarrierTarget } from "./settings.ts";

/** So many requests of a service are held per worker while it is paused. */
const heldMax = 5_000;

type Held = { since: number; onward: (exchange: Exchange) => void };

/**
 * What operators, or the surge ladder, put before a service: stopped, paused, or only for what matters. Whoever was held
 * goes on in the order of arrival and no faster than places become free, whatever instances there are by then.
 */
export class Barrier {
  readonly #service: Service;
  #target: BarrierTarget | undefined;
  readonly #held = new Map<Exchange, Held>();
  /** Of the last pause: once it has ended, those it held are still held to it. */
  #holdMsMax = 0;

  constructor(service: Service, target: BarrierTarget) {
    this.#service = service;
    this.#target = target;
    this.#enforce();
  }

  get heldCount(): number {
    return this.#held.size;
  }
  /** Nothing is asked of the service for anybody's later sake now. */
  get sparesService(): boolean {
    const { stop, pause, shedBelow } = this.#target ?? {};
    return stop !== undefined || pause !== undefined || shedBelow !== undefined;
  }

  use(target: BarrierTarget | undefined): void {
    this.#target = target;
    this.#enforce();
    this.feed();
  }

  /** Those who wait for a place wait here from now on, or are told. */
  #enforce(): void {
    const { pause } = this.#target ?? {};
    this.#holdMsMax = pause?.maxHoldMs ?? this.#holdMsMax;
    const { intake } = this.#service;
    const told = [...this.#held.keys(), ...(intake?.waiting() ?? [])];
    for (const exchange of told) {
      const stop = this.#stopOf(exchange);
      if (stop !== undefined) exchange.refuse(stopped(stop.message));
      else if (pause !== undefined && !this.#held.has(exchange)) {
        exchange.waiting?.gaveUp();
        this.#hold(exchange, (each) => each.dispatch());
      }
    }
  }

  #stopOf({ lane }: Exchange): { message?: string | undefined } | undefined {
    return this.#target?.stop ?? this.#target?.stoppedRoutes[lane.route.id];
  }

  /** True when the request has its answer, or waits here; then it goes `onward` later. */
  takes(exchange: Exchange, onward: (exchange: Exchange) => void): boolean {
    const stop = this.#stopOf(exchange);
    const { pause, shedBelow } = this.#target ?? {};
    if (stop !== undefined) exchange.refuse(stopped(stop.message));
    else if (pause !== undefined || this.#held.size > 0) this.#hold(exchange, onward);
    else if (shedBelow !== undefined && rankOf(exchange) > criticalities.indexOf(shedBelow))
      exchange.refuse(shedByOrder());
    else return false;
    return true;
  }

  #hold(exchange: Exchange, onward: Held["onward"]): void {
    if (this.#held.size >= heldMax) {
      exchange.refuse(paused);
      return;
    }
    this.#held.set(exchange, { since: performance.now(), onward });
    exchange.waiting = { gaveUp: () => this.#held.delete(exchange) };
  }

  /** The service is no more. */
  turnAll(refused: Refusal): void {
    for (const exchange of this.#held.keys()) exchange.refuse(refused);
  }

  /** Lets in as many as there is room for. */
  feed(): void {
    if (this.#target?.pause !== undefined) return;
    for (const [exchange, { onward }] of this.#held) {
      if (this.#service.intake?.hasRoom === false) return;
      this.#held.delete(exchange);
      exchange.waiting = undefined;
      onward(exchange);
    }
    if (this.#target === undefined) this.#service.barrier = undefined;
  }

  /** Nobody is held longer than the pause allows, or than they have patience. */
  sweep(now: number): void {
    for (const [exchange, { since }] of this.#held) {
      if (now - since >= this.#holdMsMax || now >= exchange.dueAt) exchange.refuse(paused);
    }
    this.feed();
  }
}

/** The barrier of a service under a new description; none where it stands open. */
export function barrierFor(service: Service): Barrier | undefined {
  const { barrier: target } = service.target;
  const { barrier } = service;
  if (barrier === undefined) return target && new Barrier(service, target);
  barrier.use(target);
  return target === undefined && barrier.heldCount === 0 ? undefined : barrier;
}
