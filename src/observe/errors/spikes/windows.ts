import { halfLifeHours, type Past } from "./baseline.ts";

/** A spike is looked for in windows of five minutes, for those that are sudden, and of an hour, for those that are not. */
export const lengths = { fast: 5 * 60_000, slow: 60 * 60_000 } as const;
export type Length = keyof typeof lengths;
export const slotOf = (at: number, length: Length): number => Math.floor(at / lengths[length]);
const kept = (slots: number, length: Length): number =>
  2 ** ((-slots * lengths[length]) / 3_600_000 / halfLifeHours);

/**
 * How much traffic a project had, up to the last closed slot: the decaying sums of `Past` that all of its errors share, so that
 * an error that did not happen costs nothing. `all` is the same without forgetting. In ordinary hours.
 */
export type Ground = { slot: number; hours: number; hoursSquared: number; all: number };
export const groundAt = (slot: number): Ground => ({ slot, hours: 0, hoursSquared: 0, all: 0 });

/** Closes a slot. Slots in between, which nobody watched, count as no traffic. */
export function tread(ground: Ground, slot: number, exposure: number, length: Length): void {
  const left = kept(slot - ground.slot, length);
  ground.hours = ground.hours * left + exposure;
  ground.hoursSquared = ground.hoursSquared * left + exposure * exposure;
  ground.all += exposure;
  ground.slot = slot;
}

/** What one error adds to the ground: its events, and the traffic that does not count for it (before it began, in a spike). */
export type Trail = {
  slot: number;
  events: number;
  eventsSquared: number;
  eventsByHours: number;
  missed: number;
  missedSquared: number;
};
/** An error that begins now. */
export const trailFrom = (ground: Ground): Trail => ({
  slot: ground.slot,
  events: 0,
  eventsSquared: 0,
  eventsByHours: 0,
  missed: ground.hours,
  missedSquared: ground.hoursSquared,
});

function ageTo(trail: Trail, slot: number, length: Length): void {
  const left = kept(Math.max(0, slot - trail.slot), length);
  trail.events *= left;
  trail.eventsSquared *= left;
  trail.eventsByHours *= left;
  trail.missed *= left;
  trail.missedSquared *= left;
  trail.slot = Math.max(trail.slot, slot);
}

/** Adds a closed slot. One that was a spike is left out, so that it does not become what is expected. */
export function follow(
  trail: Trail,
  of: { slot: number; events: number; exposure: number; isSpike: boolean },
  length: Length,
): void {
  ageTo(trail, of.slot, length);
  if (of.isSpike) {
    trail.missed += of.exposure;
    trail.missedSquared += of.exposure * of.exposure;
    return;
  }
  trail.events += of.events;
  trail.eventsSquared += of.events * of.events;
  trail.eventsByHours += of.events * of.exposure;
}

/** What is remembered of an error, as of the last closed slot of its project. */
export function pastOf(trail: Trail, ground: Ground, length: Length): Past {
  const left = kept(Math.max(0, ground.slot - trail.slot), length);
  return {
    events: trail.events * left,
    eventsSquared: trail.eventsSquared * left,
    eventsByHours: trail.eventsByHours * left,
    hours: Math.max(0, ground.hours - trail.missed * left),
    hoursSquared: Math.max(0, ground.hoursSquared - trail.missedSquared * left),
  };
}
