/** The node's clock as seen from here: of many looks the one with the shortest way there and back tells best. */
export class NodeClock {
  #aheadMs = 0;
  #roundTripMs = Infinity;

  /** A question for the time went out at `sentAt` and came back at `heardAt`, both by the clock here. */
  hear({ sentAt, heardAt, nodeAt }: { sentAt: number; heardAt: number; nodeAt: number }): void {
    const roundTripMs = heardAt - sentAt;
    if (roundTripMs < 0 || roundTripMs > this.#roundTripMs) return;
    this.#roundTripMs = roundTripMs;
    this.#aheadMs = nodeAt - (sentAt + heardAt) / 2;
  }

  /** After a new connection the way may be another one. */
  forget(): void {
    this.#roundTripMs = Infinity;
  }

  get isKnown(): boolean {
    return this.#roundTripMs < Infinity;
  }

  /** When a moment of the node's clock is, by the clock here. */
  here(nodeAt: number): number {
    return nodeAt - this.#aheadMs;
  }
}
