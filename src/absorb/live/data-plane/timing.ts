/** What a client's own round trip may take off its time at most, however slow its line says that it is. */
export const roundTripCreditMsMax = 250;

/** When a question was shown to somebody, and what its window allows; all on one monotonic clock, in milliseconds. */
export type Shown = {
  revealAt: number;
  /** When this connection's reveal was written; 0 for who was not connected then. */
  sentAt: number;
  windowMs: number;
  /** The shortest of its round trips; 0 when none was measured. */
  roundTripMs: number;
};

/**
 * The time an answer took: the node's clock from that client's reveal on. What the client says counts only as far as its
 * round trip explains the difference. Who connects after the reveal is timed from the reveal, so nobody gains by coming again.
 */
export function latencyOf(now: number, claimedMs: number, shown: Shown): number {
  const since = now - Math.max(shown.revealAt, shown.sentAt);
  const credit = Math.min(shown.roundTripMs, roundTripCreditMsMax);
  const latency = Math.min(Math.max(claimedMs, since - credit), since);
  return Math.round(Math.min(Math.max(latency, 0), shown.windowMs));
}
