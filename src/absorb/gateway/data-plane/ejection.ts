import type { CareFact } from "./care/care.ts";
import type { Instance } from "./instance.ts";
import type { Service } from "./service.ts";

/** What a worker decided about an instance by itself. */
export type Fact =
  | { what: "ejected"; service: string; instance: string; why: string; forMs: number }
  | { what: "readmitted"; service: string; instance: string; outMs: number }
  | CareFact;

export type Chance = () => number;
const jitterShare = 0.1;

/** Decides from how an instance behaves whether it is out, for how long, and when it may come back. */
export class Ejections {
  #tell: (fact: Fact) => void;
  #chance: Chance;

  constructor(tell: (fact: Fact) => void, chance: Chance) {
    this.#tell = tell;
    this.#chance = chance;
  }

  /** An answer came: five errors in a row are enough. */
  answered(service: Service, instance: Instance, of: { status: number; now: number }): void {
    if (of.status < 500) {
      instance.errorsInRow = 0;
      return;
    }
    instance.counts.errors.add();
    this.#erred(
      service,
      instance,
      of.now,
      `${service.target.ejection.consecutiveErrors} errors in a row`,
    );
  }

  /** It took the request and hung up without an answer. */
  hungUp(service: Service, instance: Instance, now: number): void {
    instance.counts.errors.add();
    this.#erred(service, instance, now, "hung up again and again");
  }

  /** It took the request and has said nothing for too long. */
  late(service: Service, instance: Instance, now: number): void {
    instance.counts.errors.add();
    this.#erred(service, instance, now, "does not answer in time");
  }

  #erred(service: Service, instance: Instance, now: number, why: string): void {
    instance.errorsInRow++;
    if (instance.ejected !== "no") return;
    if (instance.errorsInRow < service.target.ejection.consecutiveErrors) return;
    const total = service.instances.length;
    const out = service.instances.filter(({ ejected }) => ejected !== "no").length;
    if (out + 1 > Math.floor(total * service.target.ejection.shareMax)) return;
    this.#eject(service, instance, { now, why, as: "erring" });
  }

  /** Nobody took the connection: out at once, unless there is nobody else. */
  unreachable(service: Service, instance: Instance, of: { now: number; why: string }): void {
    instance.counts.errors.add();
    for (const upstream of instance.idle.splice(0)) upstream.close();
    if (instance.ejected === "unreachable") return;
    this.#eject(service, instance, { ...of, as: "unreachable" });
  }

  #eject(
    service: Service,
    instance: Instance,
    of: { now: number; why: string; as: "unreachable" | "erring" },
  ): void {
    const others = service.usableCount() - (instance.isUsable ? 1 : 0);
    if (others < 1 || instance.isGone) return;
    const { baseMs, maxMs } = service.target.ejection;
    if (of.now - instance.ejectedAt > maxMs * 2) instance.ejections = 0;
    instance.ejections++;
    const jitter = 1 + jitterShare * (2 * this.#chance() - 1);
    const forMs = Math.round(Math.min(maxMs, baseMs * instance.ejections) * jitter);
    instance.ejected = of.as;
    instance.ejectedAt = of.now;
    instance.ejectedUntil = of.now + forMs;
    // Whoever was unreachable is back as soon as someone listens there; bad answers must be sat out.
    instance.probeAt =
      of.as === "unreachable" ? of.now + service.target.probe.everyMs : instance.ejectedUntil;
    this.#tell({
      what: "ejected",
      service: service.id,
      instance: instance.id,
      why: of.why,
      forMs,
    });
  }

  readmit(service: Service, instance: Instance, now: number): void {
    if (instance.ejected === "no") return;
    instance.ejected = "no";
    instance.errorsInRow = 0;
    instance.startedAt = now;
    this.#tell({
      what: "readmitted",
      service: service.id,
      instance: instance.id,
      outMs: Math.round(now - instance.ejectedAt),
    });
  }
}
