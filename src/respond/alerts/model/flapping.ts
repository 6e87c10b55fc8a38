import type { Millis } from "#kernel";

/** Nagios' `flapping.c`: so many looks at the state, a minute apart, the newer ones counting more. */
const looks = 21;
const apartMs = 60_000;
const lightest = 0.75;
const heaviest = 1.25;
/** Percent of changes from which it flaps, and at which it is calm again; between them it stays as it was. */
const startsAtPercent = 30;
const endsAtPercent = 20;
/** No more turns than looks twice over are remembered. */
export const turnsMax = 64;

/** When it began or ceased to fire; the first one is a beginning. */
export type Turn = { at: Millis; isFiring: boolean };

/** How much the state went to and fro, in percent: weighted linearly from 0.75 (old) to 1.25 (new). */
export function changePercent(turns: readonly Turn[], now: Millis): number {
  const stateAt = (at: Millis): boolean =>
    turns.findLast((each) => each.at <= at)?.isFiring ?? false;
  let changes = 0;
  let before = stateAt(now - (looks - 1) * apartMs);
  for (let look = 1; look < looks; look++) {
    const state = stateAt(now - (looks - 1 - look) * apartMs);
    if (state !== before) changes += ((look - 1) * (heaviest - lightest)) / (looks - 2) + lightest;
    before = state;
  }
  return (100 * changes) / (looks - 1);
}

export const isFlapping = (was: boolean, turns: readonly Turn[], now: Millis): boolean => {
  if (turns.length < 4) return false;
  const percent = changePercent(turns, now);
  return was ? percent > endsAtPercent : percent >= startsAtPercent;
};
