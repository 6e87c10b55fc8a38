import type { Refusal } from "../refusal.ts";
import type { Sum, Tallies } from "../tallies.ts";
import {
  type Asked,
  type LimitReached,
  type RateLimit,
  RateLimits,
  type TakenOf,
} from "./rate-limit.ts";
import type { RateLimitTarget } from "./settings.ts";

/** What admission tells control. */
export type AdmissionFact = LimitReached;

/** Decides whether a request of one route may go on to an instance. */
export class Gate {
  readonly #limits: readonly RateLimit[];
  readonly #refused: Sum | undefined;
  readonly #tell: (fact: AdmissionFact) => void;

  constructor(of: {
    limits: readonly RateLimit[];
    refused: Sum | undefined;
    tell: (fact: AdmissionFact) => void;
  }) {
    this.#limits = of.limits;
    this.#refused = of.refused;
    this.#tell = of.tell;
  }

  /** The first limit that is reached refuses; those after it take nothing. */
  check(asked: Asked): Refusal | undefined {
    const now = performance.now();
    for (const limit of this.#limits) {
      const refused = limit.check(asked, now, this.#tell);
      if (refused === undefined) continue;
      this.#refused?.add();
      return refused;
    }
    return undefined;
  }
}

/** What one worker holds to decide whom it admits. */
export class Admission {
  readonly #limits: RateLimits;
  readonly #tell: (fact: AdmissionFact) => void;

  constructor(tallies: Tallies, tell: (fact: AdmissionFact) => void) {
    this.#limits = new RateLimits(tallies);
    this.#tell = tell;
  }

  /** The gate of a route; none where the route asks for nothing, so that nothing is looked at there. */
  gateOf(
    route: { id: string; rateLimits: readonly RateLimitTarget[] },
    classes: readonly Sum[],
  ): Gate | undefined {
    const limits = this.#limits.of(route.id, route.rateLimits);
    if (limits.length === 0) return undefined;
    return new Gate({ limits, refused: classes[4], tell: this.#tell });
  }

  /** All routes of a snapshot have their gates: what vanished with the old one is forgotten. */
  settle(): void {
    this.#limits.settle();
  }

  /** What the other workers should know, and what they said. */
  tell(now: number): TakenOf[] {
    return this.#limits.tell(now);
  }
  hear(told: readonly TakenOf[], now: number): void {
    this.#limits.hear(told, now);
  }
}
