import type { Millis } from "#kernel";
import type { Past } from "../intake/history.ts";
import type { Labels } from "../model/labels.ts";

/** An alert from when it was told to its end; what goes on still has none. */
export type Spell = {
  labels: Labels;
  annotations: Labels;
  /** Since when it is wrong, by those who tell it. */
  since: Millis;
  from: Millis;
  to: Millis | undefined;
};

/** What came in, as stretches in which alerts fired. Past comes oldest first. */
export function spellsOf(past: readonly Past[]): Spell[] {
  const spells: Spell[] = [];
  const open = new Map<string, Spell>();
  for (const { at, alert } of past) {
    const known = open.get(alert.fingerprint);
    const fires = alert.endsAt > at;
    if (known && !fires) {
      known.to = at;
      open.delete(alert.fingerprint);
    }
    if (known || !fires) continue;
    const { labels, annotations, startsAt } = alert;
    const since = Math.min(startsAt, at); // Some senders' clocks are ahead.
    const spell: Spell = { labels, annotations, since, from: at, to: undefined };
    open.set(alert.fingerprint, spell);
    spells.push(spell);
  }
  return spells;
}
