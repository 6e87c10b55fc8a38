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

  /** Whether control was there; undefined where there was nothing to tell it. `anyway` tells it something all the same. */
  async hand(anyway: boolean): Promise<boolean | undefined> {
    const waiting = this.#waiting;
    const delta = this.#tally.take();
    if (anyway || delta.series.length > 0) waiting.push({ kind: "counted", delta });
    if (waiting.length === 0) return undefined;
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
