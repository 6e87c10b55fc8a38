import { type Asked, Care } from "./care/care.ts";
import { Instance } from "./instance.ts";
import { type Barrier, barrierFor } from "./origin/barrier.ts";
import { type Intake, intakeFor } from "./origin/intake.ts";
import { placesFor } from "./origin/places.ts";
import { noInstance } from "./refusal.ts";
import type { ServiceTarget } from "./snapshot.ts";
import type { ServiceCounts, Tallies } from "./tallies.ts";

/**
 * How many requests may be sent once more. Every request earns a share of a retry, and what was earned fades within
 * about ten seconds: an instance that dies takes a third of the requests in flight with it, and all of them may go on,
 * yet a failing service is never asked much more than its visitors ask.
 */
export class RetryBudget {
  #earned = 0;
  #share = 0;
  #min = 0;

  set(of: { share: number; min: number }): void {
    this.#share = of.share;
    this.#min = of.min;
    this.#earned = Math.max(this.#earned, of.min);
  }
  earn(): void {
    this.#earned += this.#share;
  }
  spend(): boolean {
    if (this.#earned < 1) return false;
    this.#earned -= 1;
    return true;
  }
  /** Called once a second. */
  fade(): void {
    this.#earned = Math.max(this.#min, this.#earned * 0.9);
  }
}

/** A service as this worker knows it: its instances, and which of them is next. */
export class Service {
  readonly id: string;
  readonly counts: ServiceCounts;
  readonly budget = new RetryBudget();
  readonly care: Care;
  target: ServiceTarget;
  instances: Instance[] = [];
  inFlight = 0;
  /** Hands out places; absent where nothing is limited. */
  intake: Intake | undefined = undefined;
  /** Stopped, paused, or only for what matters; absent where it stands open. */
  barrier: Barrier | undefined = undefined;
  #turn = 0;

  constructor(target: ServiceTarget, tallies: Tallies) {
    this.id = target.id;
    this.target = target;
    this.care = new Care(target.care);
    this.counts = tallies.ofService(target.id);
    this.update(target, tallies);
  }

  /** Takes over a new description; what stays the same keeps its connections and its record. */
  update(target: ServiceTarget, tallies: Tallies, drainMs = 0): void {
    this.target = target;
    this.care.become(target.care);
    this.budget.set(target.retry);
    const kept = target.instances.map((described) => {
      const known = this.instances.find((instance) => instance.isSame(described));
      if (known === undefined)
        return new Instance(described, tallies.ofInstance(target.id, described.id));
      const wasUp = known.isHealthy && known.isRunning;
      if (!wasUp && described.healthy && described.running) known.startedAt = performance.now();
      if (!known.isRunning && described.running) known.beginsAnew(performance.now());
      known.isHealthy = described.healthy;
      known.isRunning = described.running;
      return known;
    });
    for (const instance of this.instances) if (!kept.includes(instance)) instance.retire(drainMs);
    for (const each of kept) each.places = placesFor(each.places, target.concurrency);
    this.instances = kept;
    this.intake = intakeFor(this, this.intake, tallies);
    this.barrier = barrierFor(this);
  }

  retire(drainMs: number): void {
    this.barrier?.turnAll(noInstance);
    for (const each of this.intake?.waiting() ?? []) each.refuse(noInstance);
    for (const instance of this.instances) instance.retire(drainMs);
  }

  usableCount(): number {
    let count = 0;
    for (const instance of this.instances) if (instance.isUsable) count++;
    return count;
  }

  /**
   * The instance with the fewest requests in flight, in turn among equals. When fewer than half of those that run are
   * usable, the checks are believed less than the load: everyone who can be reached takes part. None when all who could
   * be asked have as much as they can do. `asked` is for whom: whoever is to be spared from that takes it only when nobody
   * else can.
   */
  pick(except?: Instance, evenFull = false, asked?: Asked): Instance | undefined {
    const { instances, care } = this;
    const count = instances.length;
    let usable: Instance | undefined;
    let spared: Instance | undefined;
    let reachable: Instance | undefined;
    let any: Instance | undefined;
    let runningCount = 0;
    let usableCount = 0;
    let isUsableFull = false;
    const turn = this.#turn++;
    for (let i = 0; i < count; i++) {
      const instance = instances[(turn + i) % count] as Instance;
      if (instance.isRunning) runningCount++;
      const isUsable = instance.isUsable && !care.rests(instance, asked);
      if (isUsable) usableCount++;
      if (instance === except) continue;
      if (!evenFull && instance.places?.isFull === true) {
        isUsableFull ||= isUsable;
        continue;
      }
      any = lessBusy(any, instance);
      if (!instance.isRunning || instance.ejected === "unreachable") continue;
      reachable = lessBusy(reachable, instance);
      if (!isUsable) continue;
      spared = lessBusy(spared, instance);
      if (!care.spares(instance, asked)) usable = lessBusy(usable, instance);
    }
    usable ??= spared;
    return usableCount * 2 >= runningCount && (usable !== undefined || isUsableFull)
      ? usable
      : (reachable ?? any);
  }
}

const lessBusy = (one: Instance | undefined, other: Instance): Instance =>
  one === undefined || other.inFlight < one.inFlight ? other : one;
