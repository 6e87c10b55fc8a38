import { restingMode, type RoomConfig, rulesOf } from "./config.ts";
import type { EventNow } from "./contract.ts";
import type { Said } from "./modes.ts";
import type { Terms } from "./room.ts";
import { nextOf } from "./schedule.ts";

const minuteMs = 60_000;

/** What is planned for a room, what is on first. */
export const plannedFor = ({ events }: RoomConfig, now: number): EventNow[] =>
  events
    .flatMap((event) => nextOf(event, now) ?? [])
    .toSorted((a, b) => a.preQueueAt - b.preQueueAt);

/** The event that is on or gathers people now, if any. */
export const eventAt = (room: RoomConfig, now: number): EventNow | undefined =>
  plannedFor(room, now).find(({ preQueueAt, endsAt }) => preQueueAt <= now && now < endsAt);

type Of = { said: Said; event: EventNow | undefined; seed: number };

/** The numbers of the configuration, unless an event or somebody has others. */
function rulesNow(room: RoomConfig, { said: { numbers }, event }: Of): Terms["rules"] {
  const own = room.events.find(({ name }) => name === event?.name);
  const wanted = {
    ...rulesOf(room),
    ...(own?.activeMax === undefined ? {} : { activeMax: own.activeMax }),
    ...(own?.newPerMinute === undefined ? {} : { newPerMinute: own.newPerMinute }),
    ...(numbers && { activeMax: numbers.activeMax, newPerMinute: numbers.newPerMinute }),
  };
  // However few may come in, a window is long enough for one of them.
  const oneEachMs = wanted.newPerMinute > 0 ? Math.ceil(minuteMs / wanted.newPerMinute) : 0;
  return { ...wanted, windowMs: Math.max(wanted.windowMs, oneEachMs) };
}

/** What holds in a room now: somebody's word before an event, and that before the configuration. */
export function termsOf(room: RoomConfig, of: Of, now: number): Terms {
  const rules = rulesNow(room, of);
  const { event, seed } = of;
  const { override } = of.said;
  const lots = event?.shuffles
    ? { lots: { from: event.preQueueAt, to: event.startsAt, seed } }
    : {};
  if (override?.is === "closed") return { mode: "off", rules };
  if (override?.is === "open")
    return { mode: override.everyone ? "everyone" : "when-full", rules, ...lots };
  if (event === undefined) return { mode: restingMode(room), rules };
  const { startsAt } = event;
  if (now < startsAt) return { mode: "before-event", rules, ...lots, startsAt };
  return { mode: "when-full", rules, ...lots };
}
