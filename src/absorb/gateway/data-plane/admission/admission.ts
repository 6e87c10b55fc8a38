import type { Sum, Tallies } from "../tallies.ts";
import { networkOf } from "./caller.ts";
import { Gate } from "./gate.ts";
import { type LimitReached, RateLimits, type TakenOf } from "./rate-limit.ts";
import { type ScannerMarked, ScannerWatch } from "./scanner-watch.ts";
import type { Mark } from "./scanners.ts";
import type { RateLimitTarget, ScannerSettings } from "./settings.ts";

/** What admission tells control. */
export type AdmissionFact = LimitReached | ScannerMarked;
/** What one worker's admission tells the others. */
export type Shared = { taken: TakenOf[]; marks: Mark[] };

/** What one worker holds to decide whom it admits. */
export class Admission {
  readonly #tallies: Tallies;
  readonly #limits: RateLimits;
  readonly #tell: (fact: AdmissionFact) => void;
  #watch: ScannerWatch | undefined = undefined;

  constructor(tallies: Tallies, tell: (fact: AdmissionFact) => void) {
    this.#tallies = tallies;
    this.#limits = new RateLimits(tallies);
    this.#tell = tell;
  }

  /** A new snapshot begins: its gates follow. Whoever is marked stays so while the rules are the same. */
  use({ scanners }: { scanners: ScannerSettings }): void {
    const before = this.#watch?.scanners.settings;
    if (scanners.mode === "off") this.#watch = undefined;
    else if (JSON.stringify(before) !== JSON.stringify(scanners))
      this.#watch = new ScannerWatch(scanners, this.#tallies, this.#tell);
  }

  /** The gate of a route; none where there is nothing to look at, so that nothing is looked at there. */
  gateOf(
    route: { id: string; rateLimits: readonly RateLimitTarget[] },
    classes: readonly Sum[],
  ): Gate | undefined {
    const limits = this.#limits.of(route.id, route.rateLimits);
    const watch = this.#watch;
    if (limits.length === 0 && watch === undefined) return undefined;
    return new Gate({ limits, watch, refused: classes[4], tell: this.#tell });
  }

  /** All routes of a snapshot have their gates: what vanished with the old one is forgotten. */
  settle(): void {
    this.#limits.settle();
  }

  marks(): Mark[] {
    return this.#watch?.scanners.marked(Date.now()) ?? [];
  }
  /** Forgets the mark of an address; gives it when there was one. */
  unmark(address: string): Mark[] {
    const mark = this.#watch?.scanners.unmark(networkOf(address));
    return mark === undefined ? [] : [mark];
  }

  /** What the other workers should know, and what they said. */
  tell(): Shared {
    return {
      taken: this.#limits.tell(performance.now()),
      marks: this.#watch?.takeUntold() ?? [],
    };
  }
  hear({ taken, marks }: Shared): void {
    this.#limits.hear(taken, performance.now());
    for (const mark of marks) this.#watch?.scanners.hear(mark, Date.now());
  }
}
