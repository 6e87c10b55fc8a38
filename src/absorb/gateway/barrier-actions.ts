import { type Action, action, Duration, type Effects, type Event, type Refusal } from "#kernel";
import * as z from "zod";
import { barrierKey, barriersNow } from "./barriers.ts";
import {
  Criticality,
  notShedding,
  notStopped,
  paused,
  resumed,
  sheddingEnded,
  sheddingStarted,
  shedTooLong,
  stopped,
} from "./contract.ts";
import { holdMsLimit } from "./data-plane/origin/settings.ts";
import type { Config } from "./route.ts";
import { lacking } from "./splits.ts";

const shedMsMax = 24 * 3_600_000;

const service = z.string().optional().describe("Which service; all of them when absent.");
const route = z
  .string()
  .optional()
  .describe("Only this route, as `castor gateway routes` names it.");
const reason = z.string().min(3).max(200).describe("Why; the log carries it.");
const id = z.string().max(80).optional();

type Fx = Effects<Config>;
const Done = z.object({ done: z.boolean() });
type Done = Refusal | z.infer<typeof Done>;

/** All of them are facts of one stream, in the order people said so. */
async function record(fx: Fx, events: readonly Event[]): Promise<Done> {
  if (events.length > 0) await fx.record("barriers", events);
  return { done: events.length > 0 };
}

/** Records it when the route and the service that it names are there. */
async function close(
  fx: Fx,
  place: { service?: string | undefined; route?: string | undefined },
  event: Event,
): Promise<Done> {
  const services = place.service === undefined ? [] : [place.service];
  return (await lacking(fx, { route: place.route, services })) ?? record(fx, [event]);
}

const stop = action("gateway.stop", {
  about: "Stops a service or a route: visitors get a page at once, until it is resumed.",
  input: z
    .object({
      ...{ service, route, reason },
      message: z.string().min(1).max(500).optional().describe("What visitors read."),
    })
    .strict(),
  output: Done,
  act: (asked, fx: Fx) => close(fx, asked, stopped({ ...asked, at: fx.now })),
});

const pause = action("gateway.pause", {
  about: "Holds the requests of a service; they go on when it is resumed.",
  input: z
    .object({
      ...{ service, reason },
      maxHold: Duration.refine((ms) => ms >= 1 && ms <= holdMsLimit, "Write 1ms to 5m")
        .prefault("30s")
        .describe("Nobody is held longer than this."),
    })
    .strict(),
  output: Done,
  act: ({ maxHold: maxHoldMs, ...asked }, fx: Fx) =>
    close(fx, asked, paused({ ...asked, maxHoldMs, at: fx.now })),
});

const resume = action("gateway.resume", {
  about: "Lets visitors in again where a service or a route was stopped or paused.",
  input: z.object({ service, route }).strict(),
  output: Done,
  act: async (asked, fx: Fx) => {
    const { stops, pauses } = fx.view(barriersNow);
    const closed = { ...stops, ...pauses };
    const isAll = asked.service === undefined && asked.route === undefined;
    if (!isAll && closed[barrierKey(asked)] === undefined)
      return notStopped(`${asked.route ?? asked.service ?? ""} is open.`);
    return record(fx, Object.keys(closed).length === 0 ? [] : [resumed(asked)]);
  },
});

const shed = action("gateway.shed", {
  about: "Turns away for a while what matters less, so that the rest is served well.",
  input: z
    .object({
      ...{ service, reason },
      below: Criticality.exclude(["bot"]).describe(
        "What matters less than this is turned away: `normal` turns away pictures, prefetches and crawlers.",
      ),
      for: Duration.prefault("10m").describe("For how long, at most a day."),
      id: id.describe("A name of your own; the same name again changes it and moves its end."),
    })
    .strict(),
  output: Done,
  act: async ({ for: ms, id: name, ...asked }, fx: Fx) => {
    if (ms <= 0 || ms > shedMsMax) return shedTooLong();
    const [startedAt, endsAt] = [fx.now, fx.now + ms];
    return close(fx, asked, sheddingStarted({ ...asked, id: name ?? fx.id(), startedAt, endsAt }));
  },
});

const admitAll = action("gateway.admit-all", {
  about: "Lets everybody in again, whatever their criticality.",
  input: z.object({ id: id.describe("Which; everything that is shed when absent.") }).strict(),
  output: Done,
  act: async ({ id: name }, fx: Fx) => {
    const { sheds } = fx.view(barriersNow);
    if (name !== undefined && sheds[name] === undefined) return notShedding(`${name} is not on.`);
    return endShedding(fx, name === undefined ? Object.keys(sheds) : [name], "asked");
  },
});

/** Everybody is let in again where these were on. */
export function endShedding(
  fx: Fx,
  names: readonly string[],
  why: "asked" | "time",
): Promise<Done> {
  const { sheds } = fx.view(barriersNow);
  const ends = names.map((name) => {
    const place = sheds[name]?.service;
    return sheddingEnded({ id: name, why, ...(place === undefined ? {} : { service: place }) });
  });
  return record(fx, ends);
}

/** What operators, and the surge ladder, put before services, and take away. */
export const barrierActions: readonly Action[] = [stop, pause, resume, shed, admitAll];
