import type { Millis } from "#kernel";

/** How it stands with one alert of a rule: bad since, firing or not yet, and when it was bad last. */
export type Held = { since: Millis; isFiring: boolean; badAt: Millis };
export type Hold = { forMs: Millis; keepMs: Millis };
export type Turned = { held: Held | undefined; turn: "fires" | "ends" | undefined };

/**
 * What follows from one more look. What was bad for long enough fires; what was not bad for long enough ends; where nothing
 * can be said (`isBad` is open) all stays as it is.
 */
export function turned(
  held: Held | undefined,
  isBad: boolean | undefined,
  at: Millis,
  { forMs, keepMs }: Hold,
): Turned {
  if (isBad === undefined) return { held, turn: undefined };
  if (isBad) {
    const since = held?.since ?? at;
    const isFiring = (held?.isFiring ?? false) || at - since >= forMs;
    const turn = isFiring && !held?.isFiring ? "fires" : undefined;
    return { held: { since, isFiring, badAt: at }, turn };
  }
  if (!held?.isFiring) return { held: undefined, turn: undefined };
  if (at - held.badAt < keepMs) return { held, turn: undefined };
  return { held: undefined, turn: "ends" };
}
