import type { Times } from "./asks.ts";

/** How long each part of an incident took, in milliseconds; null where it did not happen (yet). */
export type Lengths = {
  /** From the beginning of the harm until somebody or something noticed. */
  detect: number | null;
  /** From there until somebody saw to it. */
  acknowledge: number | null;
  /** From the beginning of the harm until it ended. */
  mitigate: number | null;
  /** From the beginning of the harm until all was over. */
  resolve: number | null;
};

const between = (from: number, to: number | null): number | null =>
  to === null ? null : Math.max(0, to - from);

/** What MTTD, MTTA, MTTM and MTTR are means of: one incident's share of each. */
export const lengthsOf = ({
  started,
  detected,
  acknowledged,
  mitigated,
  resolved,
}: Times): Lengths => ({
  detect: between(started, detected),
  acknowledge: between(detected, acknowledged),
  mitigate: between(started, mitigated),
  resolve: between(started, resolved),
});
