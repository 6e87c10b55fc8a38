import type { Effects, Read, Refusal } from "#kernel";
import type * as z from "zod";
import {
  cacheHarderOrder,
  endHarderOrder,
  endStaleOrder,
  now as cacheNow,
  serveStaleOrder,
} from "../cache/contract.ts";
import {
  endOrder as thawOrder,
  startOrder as freezeOrder,
  status as freezeStatus,
} from "../freeze/contract.ts";
import { admitAllOrder, routes, shedOrder } from "../gateway/contract.ts";
import {
  openOrder as openRoomOrder,
  releaseOrder as releaseRoomOrder,
  type RoomNow,
  status as roomStatus,
} from "../waiting-room/contract.ts";
import type { Config } from "./config.ts";
import type { Rung } from "./contract.ts";
import { servicesAt } from "./places.ts";

type Fx = Effects<Config>;
/** What a rung is taken with. `hold` is the time after which it ends by itself, as a duration. */
export type Taking = { service: string; reason: string; hold: string };

/** What a step of the ladder is made of: another capability's verbs. Taking it again moves its end. */
export type RungWork = {
  /** Why it cannot be taken; undefined where it can. */
  bar(ask: Asking, service: string): Promise<string | undefined>;
  take(fx: Fx, taking: Taking): Promise<Refusal | undefined>;
  leave(fx: Fx, service: string): Promise<Refusal | undefined>;
};

/** The ladder's own modes are told from the operator's by their name. */
const modeId = (service: string): string => `surge:${service}`;

/** What others are asked before a rung is taken; each only once for all rungs and services. */
export type Asking = {
  cache: () => Promise<z.infer<(typeof cacheNow)["output"]>>;
  freeze: () => Promise<z.infer<(typeof freezeStatus)["output"]>>;
  rooms: () => Promise<Room[]>;
};
/** A waiting room and the services whose visitors it holds back. */
export type Room = RoomNow & { services: string[] };
export function asking(read: Read<Config>): Asking {
  const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
    let answer: Promise<T> | undefined;
    return () => (answer ??= ask());
  };
  return {
    cache: once(() => read.ask(cacheNow, {})),
    freeze: once(() => read.ask(freezeStatus, {})),
    rooms: once(async () => {
      const { rooms } = await read.ask(roomStatus, {});
      if (rooms.length === 0) return [];
      const { routes: known } = await read.ask(routes, {});
      return rooms.map((room) => ({ ...room, services: servicesAt(room.places, known) }));
    }),
  };
}

const roomsOf = (rooms: readonly Room[], service: string): Room[] =>
  rooms.filter(({ services }) => services.includes(service));
const mayOpen = ({ mode, override }: Room): boolean => mode === "off" && override === null;
/** Rooms have no names for who opened them, so the ladder's reason tells. */
export const reasonStart = "Surge: ";
const isOurs = ({ override }: Room): boolean =>
  override?.is === "open" && override.reason.startsWith(reasonStart);

async function nothingCached({ cache }: Asking): Promise<string | undefined> {
  const { rules } = await cache();
  return rules.some(({ isOn }) => isOn) ? undefined : "nothing is cached";
}

export const rungWork: Readonly<Partial<Record<Rung, RungWork>>> = {
  "cache-harder": {
    bar: nothingCached,
    take: (fx, { service, reason, hold }) =>
      fx.order(cacheHarderOrder, {
        ...{ id: modeId(service), service, reason, for: hold },
        fresh: `${fx.config.steps["cache-harder"].fresh}ms`,
      }),
    leave: (fx, service) => fx.order(endHarderOrder, { id: modeId(service) }),
  },
  "serve-stale": {
    bar: nothingCached,
    take: (fx, { service, reason, hold }) =>
      fx.order(serveStaleOrder, { id: modeId(service), service, reason, for: hold }),
    leave: (fx, service) => fx.order(endStaleOrder, { id: modeId(service) }),
  },
  freeze: {
    bar: async ({ freeze }, service) => {
      const { sites } = await freeze();
      const site = sites.find((each) => each.service === service);
      if (site === undefined) return "it is not kept for freezing";
      if (site.frozen !== undefined) return "it is frozen already";
      return site.snapshot === undefined ? "there is no snapshot" : undefined;
    },
    take: (fx, { service, reason, hold }) => fx.order(freezeOrder, { service, reason, for: hold }),
    leave: (fx, service) => fx.order(thawOrder, { service }),
  },
  "waiting-room": {
    bar: async ({ rooms }, service) => {
      const own = roomsOf(await rooms(), service);
      if (own.length === 0) return "it has no waiting room";
      return own.some(mayOpen) ? undefined : "its waiting room is open already, or closed by hand";
    },
    take: async (fx, { service, reason, hold }) => {
      const own = roomsOf(await asking(fx).rooms(), service);
      for (const { room } of own.filter((each) => mayOpen(each) || isOurs(each))) {
        const refused = await fx.order(openRoomOrder, { room, reason, for: hold });
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
    leave: async (fx, service) => {
      const own = roomsOf(await asking(fx).rooms(), service);
      for (const { room } of own.filter(isOurs)) {
        const refused = await fx.order(releaseRoomOrder, { room });
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
  },
  shed: {
    bar: async () => undefined,
    take: (fx, { service, reason, hold }) =>
      fx.order(shedOrder, {
        ...{ id: modeId(service), service, reason, for: hold },
        below: fx.config.steps.shed.below,
      }),
    leave: (fx, service) => fx.order(admitAllOrder, { id: modeId(service) }),
  },
};

/** Why a rung cannot be taken now, whatever the ladder wants. */
export async function barOfWork(
  ask: Asking,
  rung: Rung,
  service: string,
): Promise<string | undefined> {
  const work = rungWork[rung];
  return work === undefined ? "there is none" : await work.bar(ask, service);
}
