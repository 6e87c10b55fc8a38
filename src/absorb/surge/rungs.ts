import type { Effects, Read } from "#kernel";
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
  /** Why it could not be taken; undefined once it is. */
  take(fx: Fx, taking: Taking): Promise<string | undefined>;
  leave(fx: Fx, service: string): Promise<void>;
};

/** The ladder's own modes are told from the operator's by their name. */
const modeId = (service: string): string => `surge:${service}`;

/** What others are asked before a rung is taken; each only once for all rungs and services. */
export type Asking = {
  cache: () => Promise<z.infer<(typeof cacheNow)["output"]>>;
  freeze: () => Promise<z.infer<(typeof freezeStatus)["output"]>>;
  rooms: () => Promise<Room[]>;
};
type Site = z.infer<(typeof freezeStatus)["output"]>["sites"][number];
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

/** What has no name for who began it: the ladder's reason tells. */
export const reasonStart = "Surge: ";
const isOurs = (said: { reason: string } | null | undefined): boolean =>
  said?.reason.startsWith(reasonStart) === true;

const roomsOf = (rooms: readonly Room[], service: string): Room[] =>
  rooms.filter(({ services }) => services.includes(service));
const mayOpen = ({ mode, override }: Room): boolean => mode === "off" && override === null;
const isOpenedByUs = ({ override }: Room): boolean => override?.is === "open" && isOurs(override);

async function nothingCached({ cache }: Asking): Promise<string | undefined> {
  const { rules } = await cache();
  return rules.some(({ isOn }) => isOn) ? undefined : "nothing is cached";
}

const siteOf = async ({ freeze }: Asking, service: string): Promise<Site | undefined> =>
  (await freeze()).sites.find((each) => each.service === service);
const frozenByOthers = "it is frozen already";

/** Every rung, by the verbs that take it and leave it. What somebody else has begun is left to them. */
export const rungWork: Readonly<Record<Rung, RungWork>> = {
  "cache-harder": {
    bar: nothingCached,
    take: async (fx, { service, reason, hold }) => {
      const fresh = `${fx.config.steps["cache-harder"].fresh}ms`;
      const mode = { id: modeId(service), service, reason, for: hold, fresh };
      return (await fx.order(cacheHarderOrder, mode))?.detail;
    },
    leave: async (fx, service) => void (await fx.order(endHarderOrder, { id: modeId(service) })),
  },
  "serve-stale": {
    bar: nothingCached,
    take: async (fx, { service, reason, hold }) => {
      const mode = { id: modeId(service), service, reason, for: hold };
      return (await fx.order(serveStaleOrder, mode))?.detail;
    },
    leave: async (fx, service) => void (await fx.order(endStaleOrder, { id: modeId(service) })),
  },
  freeze: {
    bar: async (ask, service) => {
      const site = await siteOf(ask, service);
      if (site === undefined) return "it is not kept for freezing";
      if (site.frozen !== undefined) return frozenByOthers;
      return site.snapshot === undefined ? "there is no snapshot" : undefined;
    },
    take: async (fx, { service, reason, hold }) => {
      const site = await siteOf(asking(fx), service);
      if (site?.frozen !== undefined && !isOurs(site.frozen)) return frozenByOthers;
      return (await fx.order(freezeOrder, { service, reason, for: hold }))?.detail;
    },
    leave: async (fx, service) => {
      const site = await siteOf(asking(fx), service);
      if (isOurs(site?.frozen)) await fx.order(thawOrder, { service });
    },
  },
  "waiting-room": {
    bar: async ({ rooms }, service) => {
      const own = roomsOf(await rooms(), service);
      if (own.length === 0) return "it has no waiting room";
      return own.some(mayOpen) ? undefined : "its waiting room is open already, or closed by hand";
    },
    take: async (fx, { service, reason, hold }) => {
      const own = roomsOf(await asking(fx).rooms(), service);
      if (own.length === 0) return "it has no waiting room";
      for (const { room } of own.filter((each) => mayOpen(each) || isOpenedByUs(each))) {
        const refused = await fx.order(openRoomOrder, { room, reason, for: hold });
        if (refused !== undefined) return refused.detail;
      }
      return undefined;
    },
    leave: async (fx, service) => {
      const own = roomsOf(await asking(fx).rooms(), service);
      for (const { room } of own.filter(isOpenedByUs)) await fx.order(releaseRoomOrder, { room });
    },
  },
  shed: {
    bar: async () => undefined,
    take: async (fx, { service, reason, hold }) => {
      const { below } = fx.config.steps.shed;
      const shedding = { id: modeId(service), service, reason, for: hold, below };
      return (await fx.order(shedOrder, shedding))?.detail;
    },
    leave: async (fx, service) => void (await fx.order(admitAllOrder, { id: modeId(service) })),
  },
};
