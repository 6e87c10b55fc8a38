import type { Outpost, Tally } from "#kernel";
import { intakeReport, type IntakeReport } from "./topics.ts";

/** Half an hour of one a second. */
const keptMax = 1_800;
const answerWithinMs = 5_000;

/** Tells control what was counted, in order; what it did not take waits. */
export class Counts {
  readonly #outpost: Outpost;
  readonly #tally: Tally;
  readonly #waiting: IntakeReport[] = [];

  constructor(outpost: Outpost, tally: Tally) {
    this.#outpost = outpost;
    this.#tally = tally;
  }

  /** Whether control was there; it is told something each time, so that this is known. */
  async hand(): Promise<boolean> {
    const waiting = this.#waiting;
    waiting.push({ kind: "counted", delta: this.#tally.take() });
    while (waiting.length > 0) {
      const taken = await this.#outpost.bus
        .request(intakeReport.name, waiting[0], { timeoutMs: answerWithinMs })
        .catch(() => undefined);
      if (taken === undefined) break;
      waiting.shift();
    }
    const isHeard = waiting.length === 0;
    if (waiting.length > keptMax) waiting.splice(0, waiting.length - keptMax);
    return isHeard;
  }
}
