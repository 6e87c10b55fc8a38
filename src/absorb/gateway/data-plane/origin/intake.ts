import type { Exchange } from "../exchange.ts";
import type { Instance } from "../instance.ts";
import { queueRefusal } from "../refusal.ts";
import type { Service } from "../service.ts";
import type { Tallies } from "../tallies.ts";
import { IntakeCounts } from "./counts.ts";
import { rankOf } from "./criticality.ts";
import type { QueueTarget } from "./settings.ts";
import { type TurnedAway, type Waiting, WaitingLine } from "./waiting-line.ts";

/** A request that waits, with what is known about where it may not go. */
export type Waiter = { exchange: Exchange; except: Instance | undefined; fresh: boolean };

/** How long an answer's body may take before its request gives its place away: a download is no work for the instance. */
const bodyHoldsMs = 1_000;

/** Hands out the places at a service's instances; whoever finds none waits here. */
export class Intake {
  readonly #service: Service;
  readonly #counts: IntakeCounts;
  readonly #line: WaitingLine<Waiter>;
  /** Whose answers have begun and are not whole yet. */
  readonly #answering = new Map<Exchange, number>();
  #isWaking = false;

  constructor(service: Service, settings: QueueTarget, tallies: Tallies) {
    this.#service = service;
    this.#counts = new IntakeCounts(service.id, tallies);
    this.#line = new WaitingLine(settings, (waiting, why) => this.#turnedAway(waiting, why));
  }

  use(settings: QueueTarget): void {
    this.#line.settings = settings;
  }

  get waitingCount(): number {
    return this.#line.count;
  }
  get isPressed(): boolean {
    return this.#line.isPressed(performance.now());
  }

  /** The instance that a request goes to at once; none when others wait already or no place is free. */
  pick({ except, exchange }: Waiter): Instance | undefined {
    return this.#line.count > 0 ? undefined : this.#service.pick(except, false, exchange);
  }

  /** Lets the request wait for a place, or turns it away; false when there is nobody to wait for. */
  wait(waiter: Waiter): boolean {
    if (this.#service.instances.length === 0) return false;
    const { exchange } = waiter;
    const now = performance.now();
    this.#pace();
    const rank = rankOf(exchange);
    const waiting = this.#line.join(waiter, { rank, now, untilMax: exchange.dueAt });
    if (waiting !== undefined) exchange.waiting = { gaveUp: () => this.#line.leave(waiting) };
    this.#wake();
    return true;
  }

  /** The slowest instance sets it. Before anything is known of it there is no pressure to speak of. */
  #pace(): void {
    let answerMs = 0;
    let isGrowing = false;
    for (const { places } of this.#service.instances) {
      if (places === undefined) continue;
      const { level } = places;
      answerMs = Math.max(answerMs, level.unloadedMs === 0 ? Infinity : level.unloadedMs);
      isGrowing ||= level.isGrowing;
    }
    this.#line.pace(answerMs, isGrowing);
  }

  /** A place may be free, or an instance is new or back. */
  freed(): void {
    if (this.#line.count > 0 || this.#service.barrier !== undefined) this.#wake();
  }

  /** Would one more get a place at once? */
  get hasRoom(): boolean {
    return this.#line.count === 0 && this.#service.pick() !== undefined;
  }

  /** After what happens now: the connection that served the last request is back in its pool by then. */
  #wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    queueMicrotask(() => {
      this.#isWaking = false;
      this.#admit();
      this.#service.barrier?.feed();
    });
  }

  #admit(): void {
    const now = performance.now();
    for (let best = this.#line.next(now); best !== undefined; best = this.#line.next(now)) {
      const { exchange, except, fresh } = best.who;
      // Rather the same instance again than none.
      const instance =
        this.#service.pick(except, false, exchange) ??
        this.#service.pick(undefined, false, exchange);
      if (instance === undefined) return;
      this.#line.leave(best);
      exchange.waiting = undefined;
      this.#counts.waited(now - best.since);
      exchange.send(instance, fresh);
    }
  }

  /** The answer has begun: what remains of it holds the place for a while only. */
  answering(exchange: Exchange, now: number): void {
    this.#answering.set(exchange, now);
  }
  /** A place is free. */
  left(exchange: Exchange): void {
    this.#answering.delete(exchange);
    this.freed();
  }

  sweep(now: number): void {
    for (const [exchange, since] of this.#answering) {
      if (now - since < bodyHoldsMs) break; // In the order of their beginning.
      exchange.leavePlace();
    }
    if (this.#line.count === 0) return;
    this.#line.sweep(performance.now());
    this.freed();
  }

  /** Those who wait. */
  waiting(): Exchange[] {
    return this.#line.all().map(({ who }) => who.exchange);
  }

  #turnedAway({ who: { exchange }, rank }: Waiting<Waiter>, why: TurnedAway): void {
    exchange.waiting = undefined;
    this.#counts.turnedAway(why, rank);
    exchange.refuse(queueRefusal(why));
  }
}

/** The intake of a service under a new description; none where nothing is limited. */
export function intakeFor(
  service: Service,
  known: Intake | undefined,
  tallies: Tallies,
): Intake | undefined {
  const { concurrency, queue } = service.target;
  known?.freed();
  if (concurrency === undefined) return undefined;
  if (known === undefined) return new Intake(service, queue, tallies);
  known.use(queue);
  return known;
}

/** The instance that a request goes to now; or it waits for one, or nobody could ever answer. */
export function findPlace(waiter: Waiter): Instance | "waits" | "none" {
  const { route, service } = waiter.exchange.lane;
  const intake = route.longPoll ? undefined : service.intake;
  if (intake === undefined) return service.pick(waiter.except, true, waiter.exchange) ?? "none";
  return intake.pick(waiter) ?? (intake.wait(waiter) ? "waits" : "none");
}
