import type { LiveTold } from "../contract/orders.ts";
import { lifeOf } from "./merge.ts";

/** Nodes tell at least once a second. */
const heardWithinMs = 4_000;

/** How many are connected at all nodes together, of those that were heard lately. */
export class Audience {
  readonly #heard = new Map<string, { at: number; connections: number }>();

  /** `now` is by the clock of whoever listens. */
  hear(told: Pick<LiveTold, "node" | "epoch" | "figures">, now: number): void {
    this.#heard.set(lifeOf(told), { at: now, connections: told.figures.connections });
  }

  count(now: number): number {
    let all = 0;
    for (const { at, connections } of this.#heard.values())
      if (now - at < heardWithinMs) all += connections;
    return all;
  }
}
