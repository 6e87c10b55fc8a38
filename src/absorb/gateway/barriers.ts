import { type EventOf, view } from "#kernel";
import {
  paused,
  resumed,
  type Shedding,
  sheddingEnded,
  sheddingStarted,
  stopped,
} from "./contract.ts";
import { criticalities, type BarrierTarget } from "./data-plane/origin/settings.ts";

type Stopped = EventOf<typeof stopped>["data"];
type Paused = EventOf<typeof paused>["data"];
/** What stands before services now, by the place it is for or by name. */
export type Barriers = {
  stops: Readonly<Record<string, Stopped>>;
  pauses: Readonly<Record<string, Paused>>;
  sheds: Readonly<Record<string, Shedding>>;
};
export type BarrierEvent = EventOf<
  typeof stopped | typeof paused | typeof resumed | typeof sheddingStarted | typeof sheddingEnded
>;

export type Place = { service?: string | undefined; route?: string | undefined };
/** Under which name a place is closed. */
export const barrierKey = ({ service: name, route: id }: Place): string =>
  id === undefined ? `service ${name ?? "*"}` : `route ${id}`;
const without = <T>(known: Readonly<Record<string, T>>, key: string): Record<string, T> => {
  const { [key]: _, ...others } = known;
  return others;
};

export const noBarriers: Barriers = { stops: {}, pauses: {}, sheds: {} };

export const barrierEvents = [stopped, paused, resumed, sheddingStarted, sheddingEnded] as const;

/** What stands before services now. */
export const barriersNow = view<Barriers, (typeof barrierEvents)[number]>("gateway.barriers", {
  from: barrierEvents,
  empty: () => noBarriers,
  apply: (known, { event: { type, data } }) => {
    switch (type) {
      case "gateway.stopped":
        return { ...known, stops: { ...known.stops, [barrierKey(data)]: data } };
      case "gateway.paused":
        return { ...known, pauses: { ...known.pauses, [barrierKey(data)]: data } };
      case "gateway.resumed": {
        const key = barrierKey(data);
        const isAll = data.service === undefined && data.route === undefined;
        if (isAll) return { ...known, stops: {}, pauses: {} };
        return { ...known, stops: without(known.stops, key), pauses: without(known.pauses, key) };
      }
      case "gateway.shedding-started":
        return { ...known, sheds: { ...known.sheds, [data.id]: data } };
      default:
        return { ...known, sheds: without(known.sheds, data.id) };
    }
  },
});

/** What stands before one service, in the words of the data plane; nothing where it stands open. */
export function barrierTarget(
  { stops, pauses, sheds }: Barriers,
  service: string,
): { barrier?: BarrierTarget } {
  const isMeant = (each: Place): boolean => each.service === undefined || each.service === service;
  const say = ({ message }: Stopped) => (message === undefined ? {} : { message });
  const stop = Object.values(stops).find((each) => each.route === undefined && isMeant(each));
  const stoppedRoutes = Object.values(stops).flatMap((each) =>
    each.route === undefined ? [] : [[each.route, say(each)] as const],
  );
  const pause = Object.values(pauses).find(isMeant);
  const ranks = Object.values(sheds)
    .filter(isMeant)
    .map(({ below }) => criticalities.indexOf(below));
  const shedBelow = criticalities[Math.min(...ranks)];
  if (!stop && !pause && shedBelow === undefined && stoppedRoutes.length === 0) return {};
  return {
    barrier: {
      stoppedRoutes: Object.fromEntries(stoppedRoutes),
      ...(stop ? { stop: say(stop) } : {}),
      ...(pause ? { pause: { maxHoldMs: pause.maxHoldMs } } : {}),
      ...(shedBelow ? { shedBelow } : {}),
    },
  };
}
