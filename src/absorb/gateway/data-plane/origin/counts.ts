import { queueRefused, queueWait } from "../../contract.ts";
import type { Sum, Tallies } from "../tallies.ts";
import { criticalities } from "./settings.ts";
import type { TurnedAway } from "./waiting-line.ts";

/** What is counted where requests wait. */
export class IntakeCounts {
  readonly #service: string;
  readonly #tallies: Tallies;
  readonly #wait: { record(ms: number): void };
  readonly #refused = new Map<string, Sum>();

  constructor(service: string, tallies: Tallies) {
    this.#service = service;
    this.#tallies = tallies;
    this.#wait = tallies.tally.quantiles(queueWait, { service });
  }

  waited(ms: number): void {
    this.#wait.record(ms);
  }

  turnedAway(why: TurnedAway, rank: number): void {
    const criticality = criticalities[rank] ?? "normal";
    const key = `${why} ${criticality}`;
    let sum = this.#refused.get(key);
    if (sum === undefined) {
      const labels = { service: this.#service, why, class: criticality };
      sum = this.#tallies.tally.sum(queueRefused, labels);
      this.#refused.set(key, sum);
    }
    sum.add();
  }
}
