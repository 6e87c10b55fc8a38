import { type Millis, perCastor } from "#kernel";
import type { Probe } from "./config.ts";
import type { Tried } from "./contract.ts";

export const stripLength = 64;

/** The beats of one probe since this process started. Kept in memory: the log has verdicts, the counters have numbers. */
export type Beats = {
  strip: ("ok" | "fail")[];
  /** How many in a row were like the last one. */
  inARow: number;
  last?: Tried;
  certificate?: Tried["certificate"];
  nextAt: Millis;
  isUnderWay: boolean;
  /** What is asked; a probe that became another begins anew. */
  of: Probe;
};

export const noBeats = (of: Probe, nextAt: Millis): Beats => ({
  ...{ strip: [], inARow: 0, nextAt, isUnderWay: false, of },
});

/** Whether it asks the same for the same answer; a configuration that is read again has other values. */
export const asksTheSame = (a: Probe, b: Probe): boolean =>
  a === b || JSON.stringify(askedBy(a)) === JSON.stringify(askedBy(b));
const askedBy = ({ url, expect, method, headers, body, follow, trust }: Probe) => [
  ...[url, expect, method, headers, body, follow, trust],
];

/** Notes a beat; gives a verdict once so many in a row agree. */
export function noteBeat(
  beats: Beats,
  result: Tried,
  { failsAfter, passesAfter }: Pick<Probe, "failsAfter" | "passesAfter">,
): { isPassing: boolean; why: string } | undefined {
  beats.strip.push(result.ok ? "ok" : "fail");
  if (beats.strip.length > stripLength) beats.strip.shift();
  beats.inARow = beats.last?.ok === result.ok ? beats.inARow + 1 : 1;
  beats.last = result;
  const needed = result.ok ? passesAfter : failsAfter;
  if (beats.inARow < needed) return undefined;
  const times = !result.ok && needed > 1 ? `${needed} beats failed in a row, last: ` : "";
  return { isPassing: result.ok, why: times + result.says };
}

const jitter = 0.1;
/** Soon enough to be sure, seldom enough for somebody else's site. */
const doubtfulEveryMs = 10_000;

/** When to ask again: as configured while it passes, more often until it is sure again. */
export function pauseMs(
  { isSure, everyMs }: { isSure: boolean; everyMs: Millis },
  random: number,
): Millis {
  const base = isSure ? everyMs : Math.min(everyMs, doubtfulEveryMs);
  return Math.round(base * (1 + jitter * (2 * random - 1)));
}

/** The beats of one Castor, by probe. */
export const beatsOf = perCastor(() => new Map<string, Beats>());
