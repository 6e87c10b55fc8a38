import type { Millis } from "#kernel";
import type { Numbers } from "../rules/numbers.ts";
import { lookOnce, type Standing, type Watch } from "../rules/watch.ts";
import { minutesKeptMs } from "./past-numbers.ts";
import type { Spell } from "./spells.ts";

/** What was bad and over before its hold was: a page that was missed by so much. */
export type NearMiss = {
  rule: string;
  labels: Spell["labels"];
  from: Millis;
  to: Millis;
  byMs: Millis;
};
export type Relooked = { spells: Spell[]; near: NearMiss[] };

const minuteMs = 60_000;
const looksTogether = 20;
/** Windows of so many hours may be looked at where only hours are known. */
const hoursEnoughMs = 10 * 60 * minuteMs;

/** From when on the counters say enough for a watch. */
export const reachOf = ({ windowMs }: Watch, now: Millis): Millis =>
  windowMs.min >= hoursEnoughMs ? 0 : now - minutesKeptMs;

/** Looks at the past as the rules would have: the same code, on what the counters still know. */
export async function relook(
  watches: readonly Watch[],
  numbers: Numbers,
  of: { from: Millis; to: Millis; now: Millis; breathe: () => Promise<void> },
): Promise<Relooked> {
  const spells: Spell[] = [];
  const near: NearMiss[] = [];
  let count = 0;
  for (const watch of watches) {
    const standing: Standing = new Map();
    const open = new Map<string, Spell>();
    const stepMs = Math.max(watch.everyMs, minuteMs);
    const from = Math.max(of.from, reachOf(watch, of.now));
    for (let at = Math.ceil(from / stepMs) * stepMs; at <= of.to; at += stepMs) {
      const pending = [...standing].filter(([, { held }]) => !held.isFiring);
      for (const { turn, labels, annotations, since } of lookOnce(watch, standing, numbers, at)) {
        const key = JSON.stringify(labels);
        const known = open.get(key);
        if (turn === "ends" && known) {
          known.to = at;
          open.delete(key);
        } else if (turn === "fires") {
          const spell: Spell = { labels, annotations, since, from: at, to: undefined };
          open.set(key, spell);
          spells.push(spell);
        }
      }
      for (const [key, { held, labels }] of pending)
        if (!standing.has(key)) {
          const byMs = watch.hold.forMs - (held.badAt - held.since);
          near.push({ rule: watch.name, labels, from: held.since, to: held.badAt, byMs });
        }
      if (++count % looksTogether === 0) await of.breathe();
    }
  }
  return { spells, near };
}
