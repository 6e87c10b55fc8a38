import { Duration, instantOf, wallOf, weekdayOf, Zone } from "#kernel";
import * as z from "zod";
import type { EventNow } from "./contract.ts";

const dayMs = 86_400_000;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

const Moment = z.iso.datetime({
  offset: true,
  error: 'Write a time with its offset, such as "2026-12-24T20:00:00+01:00"',
});

/** Something that many will come for at once. One of `start`, `every` and `at` says when. */
export const EventConfig = z
  .object({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A name has small letters, digits and "-"')
      .describe("What it is called in the log and in the console."),
    start: Moment.optional().describe("Once: when it starts."),
    end: Moment.optional().describe("Once: when it ends."),
    every: Duration.optional().describe(
      'Again and again: "10m" is every ten minutes, counted from `from`.',
    ),
    from: Moment.optional().describe("With `every`: one of its starts; 1970-01-01 when absent."),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day such as "20:00"')
      .optional()
      .describe("On the days named: the time of day in `zone` at which it starts."),
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .optional()
      .describe("With `at`: on which days; every day when absent."),
    zone: Zone.default("UTC").describe("With `at`: whose clock counts."),
    for: Duration.optional().describe("With `every` and `at`: how long it lasts."),
    preQueue: Duration.prefault("5m").describe(
      "From so long before the start on, everybody waits together.",
    ),
    shuffle: z
      .boolean()
      .default(true)
      .describe("Those who came before the start get in by lot; `false`: who came first."),
    activeMax: z.number().int().min(1).optional().describe("Instead of the room's, meanwhile."),
    newPerMinute: z.number().int().min(1).optional().describe("Instead of the room's, meanwhile."),
  })
  .strict()
  .superRefine((event, context) => {
    for (const message of mistakesOf(event)) context.addIssue({ code: "custom", message });
  });
export type EventConfig = z.infer<typeof EventConfig>;

type When = Pick<EventConfig, "start" | "end" | "every" | "at" | "for" | "preQueue">;
function mistakesOf({ start, end, every, at, for: lastsMs, preQueue }: When): string[] {
  const forms = [start, every, at].filter((each) => each !== undefined).length;
  if (forms !== 1) return ["Say when with one of `start`, `every` and `at`"];
  if (start !== undefined) {
    if (end === undefined) return ["With `start`, say `end`"];
    return Date.parse(end) > Date.parse(start) ? [] : ["`end` must be after `start`"];
  }
  if (lastsMs === undefined || lastsMs <= 0) return ["Say with `for` how long it lasts"];
  const roundMs = every ?? dayMs;
  return roundMs >= lastsMs + preQueue
    ? []
    : ["It must be over, `preQueue` included, before it comes round again"];
}

/** The occurrence of an event that is on, or comes next; undefined when none does any more. */
export function nextOf(event: EventConfig, now: number): EventNow | undefined {
  const span = spanOf(event, now);
  if (span === undefined) return undefined;
  const { startsAt, endsAt } = span;
  const { name, shuffle: shuffles, preQueue } = event;
  return { name, startsAt, endsAt, preQueueAt: startsAt - preQueue, shuffles };
}

function spanOf(event: EventConfig, now: number): { startsAt: number; endsAt: number } | undefined {
  const { start, end, every, at, for: lastsMs = 0 } = event;
  if (start !== undefined && end !== undefined) {
    const span = { startsAt: Date.parse(start), endsAt: Date.parse(end) };
    return span.endsAt > now ? span : undefined;
  }
  if (every !== undefined) {
    const from = event.from === undefined ? 0 : Date.parse(event.from);
    const rounds = Math.max(0, Math.floor((now - lastsMs - from) / every) + 1);
    const startsAt = from + rounds * every;
    return { startsAt, endsAt: startsAt + lastsMs };
  }
  if (at === undefined) return undefined;
  // A week and a day, so that yesterday's may still be on and the same day next week is found.
  for (let day = -1; day <= 8; day++) {
    const startsAt = timeOfDay(now + day * dayMs, at, event.zone);
    const isDay = event.days?.includes(dayOf(startsAt, event.zone)) ?? true;
    if (isDay && startsAt + lastsMs > now) return { startsAt, endsAt: startsAt + lastsMs };
  }
  return undefined;
}

/** This time of day, on the day that `ms` is in the zone. */
const timeOfDay = (ms: number, at: string, zone: string): number => {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  return instantOf({ ...wallOf(ms, zone), hour, minute }, zone);
};

const dayOf = (ms: number, zone: string): (typeof weekdays)[number] =>
  weekdays[weekdayOf(wallOf(ms, zone))] ?? "sun";
