import { textOf } from "../bytes.ts";
import { type Refusal, takenForScanner } from "../refusal.ts";
import type { Sum } from "../tallies.ts";
import { networkOf } from "./caller.ts";
import type { Asked, LimitReached, RateLimit } from "./rate-limit.ts";
import type { ScannerWatch } from "./scanner-watch.ts";

/** Decides whether a request of one route may go on to an instance. */
export class Gate {
  readonly #limits: readonly RateLimit[];
  readonly #watch: ScannerWatch | undefined;
  readonly #refused: Sum | undefined;
  readonly #tell: (fact: LimitReached) => void;

  constructor(of: {
    limits: readonly RateLimit[];
    watch: ScannerWatch | undefined;
    refused: Sum | undefined;
    tell: (fact: LimitReached) => void;
  }) {
    this.#limits = of.limits;
    this.#watch = of.watch;
    this.#refused = of.refused;
    this.#tell = of.tell;
  }

  /** The first "no" counts; limits after it take nothing. */
  check(asked: Asked): Refusal | undefined {
    const refused = this.#checkMark(asked) ?? this.#checkLimits(asked);
    if (refused !== undefined) this.#refused?.add();
    return refused;
  }

  /** An instance answered the request with an error of the visitor's. */
  answered({ visitor, head, bytes }: Asked, status: number): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    const target = textOf(bytes, head.pathStart, head.targetEnd);
    const [path = "/"] = target.split("?");
    watch.answered(visitor.addressOf(head, bytes), path, status);
  }

  /** Is the caller taken for a scanner? In a dry run they pass, but last. */
  isMarked({ visitor, head, bytes }: Asked): boolean {
    const watch = this.#watch;
    if (watch === undefined || !watch.hasMarks) return false;
    return watch.isMarked(networkOf(visitor.addressOf(head, bytes)));
  }

  #checkMark({ visitor, head, bytes }: Asked): Refusal | undefined {
    const watch = this.#watch;
    if (watch === undefined || !watch.hasMarks) return undefined;
    const leftMs = watch.check(networkOf(visitor.addressOf(head, bytes)));
    return leftMs === 0 ? undefined : takenForScanner(leftMs);
  }

  #checkLimits(asked: Asked): Refusal | undefined {
    if (this.#limits.length === 0) return undefined;
    const now = performance.now();
    for (const limit of this.#limits) {
      const refused = limit.check(asked, now, this.#tell);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }
}
