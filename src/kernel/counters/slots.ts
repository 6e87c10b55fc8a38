import type { Millis } from "../contract.ts";
import type { Resolution } from "./counters.ts";

export const resolutions = ["10s", "1m", "1h", "1d"] as const satisfies Resolution[];
export const stepMs: Readonly<Record<Resolution, Millis>> = {
  "10s": 10_000,
  "1m": 60_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
};
export type Retention = Readonly<Record<Resolution, Millis>>;
export const retentionDefault: Retention = {
  "10s": 6 * stepMs["1h"],
  "1m": 3 * stepMs["1d"],
  "1h": 90 * stepMs["1d"],
  "1d": 5 * 365 * stepMs["1d"],
};

/** The start of the slot that a time falls into. */
export const slotOf = (at: Millis, step: Resolution): Millis =>
  Math.floor(at / stepMs[step]) * stepMs[step];

export type Span = { step: Resolution; from: Millis; to: Millis };

/**
 * Covers a range with few slots: coarse ones inside, fine ones at its edges, as far as the fine ones are still kept.
 * Where they are not, the edge is the coarse slot that holds it.
 */
export function cover(range: { from: Millis; to: Millis }, now: Millis, kept: Retention): Span[] {
  const spans: Span[] = [];
  let at = slotOf(range.from, finestKept(range.from, now, kept));
  while (at < range.to) {
    const finest = finestKept(at, now, kept);
    const step =
      resolutions.findLast((step) => at % stepMs[step] === 0 && at + stepMs[step] <= range.to) ??
      finest;
    const fit = stepMs[step] < stepMs[finest] ? finest : step;
    const last = spans.at(-1);
    if (last?.step === fit) last.to += stepMs[fit];
    else spans.push({ step: fit, from: at, to: at + stepMs[fit] });
    at += stepMs[fit];
  }
  return spans;
}

const finestKept = (at: Millis, now: Millis, kept: Retention): Resolution =>
  resolutions.find((step) => slotOf(at, step) >= now - kept[step]) ?? "1d";
