import type { Effects, Millis } from "#kernel";
import { looks } from "../../alerts/contract.ts";

/** Stretches in which Castor itself was away, oldest first. */
export type Absence = { from: Millis; to: Millis };

const minuteMs: Millis = 60_000;
/** Counters know minutes for so long; of before they know hours. */
const minutesKeptMs: Millis = 72 * 3_600_000;
const startsMax = 500;

type Seen = Pick<Effects, "log" | "counters" | "now">;

/** From the last sign of life to the start after it: the last fact, or the last look at Castor's own numbers (every ten seconds). */
export function absencesSince(fx: Seen, since: Millis): Absence[] {
  const starts = fx.log
    .page({ after: 0, types: ["castor.started"], backwards: true, limit: startsMax })
    .filter(({ at }) => at >= since);
  return starts.toReversed().flatMap(({ at: to, position }) => {
    const [last] = fx.log.page({ after: 0, backwards: true, before: position, limit: 1 });
    if (!last || to - last.at < minuteMs) return [];
    const from = Math.max(last.at, lastLook(fx, { from: last.at, to }));
    return to - from < minuteMs ? [] : [{ from, to }];
  });
}

/** The end of the last minute (hour, of what is long ago) in which it looked; 0 where it did not. */
function lastLook({ counters, now }: Seen, { from, to }: Absence): Millis {
  const step = from > now - minutesKeptMs ? "1m" : "1h";
  const stepMs = step === "1m" ? minuteMs : 60 * minuteMs;
  const [base, end] = [from, to].map((at) => Math.floor(at / stepMs) * stepMs);
  // In the minute of the start it looked again afterwards.
  if (base === undefined || end === undefined || base === end) return 0;
  const points = counters.sum(looks, { from: base, to: end, step })[0]?.points ?? [];
  const at = points.findLastIndex((count) => (count ?? 0) > 0);
  return at < 0 ? 0 : base + (at + 1) * stepMs;
}

/** When what was due then can have happened: what fell into an absence comes right after it. */
export const awakeAt = (absences: readonly Absence[], at: Millis): Millis =>
  absences.find(({ from, to }) => from <= at && at < to)?.to ?? at;
