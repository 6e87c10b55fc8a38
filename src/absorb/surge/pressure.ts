import type { Evidence, Signal } from "./contract.ts";

/** What each measure is held against. */
export type Thresholds = Readonly<
  Record<"errors" | "latency" | "queue" | "inFlight" | "load", { up: number; down: number }>
> & {
  /** Fewer requests than this in the window say nothing. */
  requestsMin: number;
  /** A service that is faster than this on quiet days is measured against this. */
  latencyFloorMs: number;
};

export type Pressure = { signals: Signal[]; mood: "pressed" | "between" | "calm" };

/** A signal speaks for climbing. */
export const isPressing = ({ value, up }: Signal): boolean => up !== null && value >= up;
const isCalm = ({ value, down }: Signal): boolean => value <= down;

/** What the evidence says: pressed when one signal does, calm when all are. */
export function pressureOf(evidence: Evidence, of: Thresholds): Pressure {
  const signals = signalsOf(evidence, of);
  const mood = signals.some(isPressing) ? "pressed" : signals.every(isCalm) ? "calm" : "between";
  return { signals, mood };
}

function signalsOf(evidence: Evidence, of: Thresholds): Signal[] {
  const { waiting, breakerOpen } = evidence;
  const always: Signal[] = [
    { signal: "breaker", value: breakerOpen ? 1 : 0, up: 1, down: 0 },
    // Who waits says that the crowd is still there; that alone is no reason to climb.
    ...(waiting === null
      ? []
      : [{ signal: "waiting", value: waiting, up: null, down: 0 } as const]),
  ];
  if (evidence.offeredPerSecond * evidence.seconds < of.requestsMin) return always;
  const { originMs, baselineMs, queueMs, inFlight, limit, capacityPerSecond } = evidence;
  const measured: [Signal["signal"], number | null, { up: number; down: number }][] = [
    ["errors", evidence.errorShare, of.errors],
    [
      "latency",
      originMs === null || baselineMs === null
        ? null
        : originMs / Math.max(baselineMs, of.latencyFloorMs),
      of.latency,
    ],
    ["queue", queueMs, of.queue],
    ["in-flight", limit === null || limit === 0 ? null : inFlight / limit, of.inFlight],
    [
      "load",
      capacityPerSecond === null ? null : evidence.demandPerSecond / capacityPerSecond,
      of.load,
    ],
  ];
  return [
    ...measured.flatMap(([signal, value, { up, down }]) =>
      value === null ? [] : [{ signal, value, up, down }],
    ),
    ...always,
  ];
}
