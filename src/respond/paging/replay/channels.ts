import type { Millis } from "#kernel";
import type { Callee } from "../contract.ts";
import * as contract from "../contract.ts";

/** Which channels worked, as the results of real messages say. */
export type Channels = {
  isBroken(person: string, channel: string, at: Millis): boolean;
  /** Whether somebody who was called then can have heard it: what failed on all their channels they cannot. */
  wasReached(person: string, at: Millis): boolean;
};

export const resultFacts: readonly { type: string }[] = [contract.failed, contract.accepted];

/** After a failure it is taken as broken for so long, unless something went through before. */
const brokenMs: Millis = 3_600_000;
/** Results come a little later than calls: who is called so long before a failure meets the same. */
const leadMs: Millis = 60_000;
/** Results of one call come within that time. */
const resultWithinMs: Millis = 5 * 60_000;

type Result = {
  page: string | null;
  person: string;
  channel: string;
  at: Millis;
  isTaken: boolean;
};
type Fact = { event: { type: string; data: unknown }; at: Millis };

/** What the results of messages say, oldest first. */
export function channelsFrom(facts: readonly Fact[]): Channels {
  const results = facts.map(({ event, at }): Result => {
    const { page, person, channel } = event.data as contract.DeliveryName;
    return { page, person, channel, at, isTaken: event.type === contract.accepted.type };
  });
  const broken = new Map<string, { from: Millis; to: Millis }[]>();
  for (const { person, channel, at, isTaken } of results) {
    const name = `${person} ${channel}`;
    const spells = broken.get(name) ?? [];
    broken.set(name, spells);
    const last = spells.at(-1);
    if (last && last.to > at) last.to = isTaken ? at : at + brokenMs;
    else if (!isTaken) spells.push({ from: at - leadMs, to: at + brokenMs });
  }
  const ofPages = results.filter(({ page }) => page !== null);
  const byPerson = Map.groupBy(ofPages, ({ person }) => person);
  return {
    isBroken: (person, channel, at) =>
      broken.get(`${person} ${channel}`)?.some(({ from, to }) => from <= at && at < to) ?? false,
    wasReached: (person, at) => {
      const all = byPerson.get(person) ?? [];
      let isFailed = false;
      for (let n = firstFrom(all, at); n < all.length; n++) {
        const each = all[n];
        if (!each || each.at >= at + resultWithinMs) break;
        if (each.isTaken) return true;
        isFailed = true;
      }
      return !isFailed;
    },
  };
}

/** The place of the first result from then on; they are in order, and there may be many thousands. */
function firstFrom(all: readonly Result[], at: Millis): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When somebody hears a call: one that fails hastens the next one. Undefined where nothing gets through. */
export function heardAt({ person, ways }: Callee, channels: Channels): Millis | undefined {
  const first = firstWay(ways);
  return ways.some(({ channel }) => !channels.isBroken(person, channel, first)) ? first : undefined;
}

export const firstWay = (ways: readonly { at: Millis }[]): Millis =>
  Math.min(...ways.map(({ at }) => at));
