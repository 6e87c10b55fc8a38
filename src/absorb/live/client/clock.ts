/** How far two clocks may run apart: 100 ms in a quarter of an hour, more than quartz does. */
const driftPerMs = 1e-4;
const looksKept = 12;

/** By how much the node is ahead, at least and at most: its time was read between the question and the answer. */
type Look = { at: number; least: number; most: number };

/** The node's clock as seen from here: each look bounds it from both sides, and what all of them allow together is narrow. */
export class NodeClock {
  #looks: Look[] = [];

  /** A question for the time went out at `sentAt` and came back at `heardAt`, both by the clock here. */
  hear({ sentAt, heardAt, nodeAt }: { sentAt: number; heardAt: number; nodeAt: number }): void {
    if (heardAt < sentAt) return;
    const look = { at: heardAt, least: nodeAt - heardAt, most: nodeAt - sentAt };
    this.#looks = [...this.#looks.slice(1 - looksKept), look];
    const { least, most } = this.#bounds(heardAt);
    // One of the clocks was set, or slept: what was seen before tells nothing any more.
    if (least > most) this.#looks = [look];
  }

  /** After a new connection the node may be another one. */
  forget(): void {
    this.#looks = [];
  }

  get isKnown(): boolean {
    return this.#looks.length > 0;
  }

  /** When a moment of the node's clock is, by the clock here. */
  here(nodeAt: number): number {
    if (!this.isKnown) return nodeAt;
    const { least, most } = this.#bounds(this.#looks.at(-1)?.at ?? 0);
    return nodeAt - (least + most) / 2;
  }

  #bounds(now: number): { least: number; most: number } {
    const drift = ({ at }: Look): number => (now - at) * driftPerMs;
    return {
      least: Math.max(...this.#looks.map((look) => look.least - drift(look))),
      most: Math.min(...this.#looks.map((look) => look.most + drift(look))),
    };
  }
}
