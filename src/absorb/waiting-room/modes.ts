import { type Decide, Duration, type EventOf, type Model, type Refusal } from "#kernel";
import * as z from "zod";
import { type Config, restingMode } from "./config.ts";
import {
  closed,
  endOutOfRange,
  numbersChanged,
  numbersReset,
  opened,
  released,
  unknownRoom,
} from "./contract.ts";

const forMsMin = 1_000;
const forMsMax = 31 * 86_400_000;

const Room = z
  .string()
  .min(1)
  .max(200)
  .describe("The room's name, or a place that is behind it such as shop.example/checkout.");
const Reason = z.string().trim().min(3).max(200).describe("Why; the log carries it.");
const For = Duration.optional().describe(
  "For how long; until somebody says otherwise when absent.",
);

export const OpenRoom = z
  .object({
    room: Room,
    reason: Reason,
    for: For,
    everyone: z
      .boolean()
      .default(false)
      .describe("Everybody queues first, also while there is room."),
  })
  .strict();
export const CloseRoom = z.object({ room: Room, reason: Reason, for: For }).strict();
export const ReleaseRoom = z.object({ room: Room }).strict();
export const SetNumbers = z
  .object({
    room: Room,
    activeMax: z.number().int().min(1).optional().describe("So many people are in at a time."),
    newPerMinute: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe("So many come in within any minute; 0: nobody does for now."),
    reason: Reason,
    for: For,
  })
  .strict();
export const ResetNumbers = ReleaseRoom;

/** What somebody said of a room, instead of its configuration. */
export type Override = {
  is: "open" | "closed";
  everyone: boolean;
  reason: string;
  startedAt: number;
  endsAt?: number | undefined;
};
export type Numbers = { activeMax: number; newPerMinute: number; endsAt?: number | undefined };
export type Said = { override?: Override; numbers?: Numbers };
export type Modes = Readonly<Record<string, Said>>;
export type ModeEvent = EventOf<
  typeof opened | typeof closed | typeof released | typeof numbersChanged | typeof numbersReset
>;

/** What somebody said of the rooms, and holds. */
export const modes: Model<Modes, ModeEvent> = {
  initial: {},
  evolve: (known, event) => ({
    ...known,
    [event.data.room]: evolveRoom(known[event.data.room] ?? {}, event),
  }),
};

function evolveRoom({ override, numbers }: Said, event: ModeEvent): Said {
  const withNumbers = numbers === undefined ? {} : { numbers };
  const withOverride = override === undefined ? {} : { override };
  switch (event.type) {
    case "waiting-room.opened": {
      const { everyone, reason, startedAt, endsAt } = event.data;
      return { ...withNumbers, override: { is: "open", everyone, reason, startedAt, endsAt } };
    }
    case "waiting-room.closed": {
      const { reason, startedAt, endsAt, isOverride } = event.data;
      if (!isOverride) return withNumbers;
      return {
        ...withNumbers,
        override: { is: "closed", everyone: false, reason, startedAt, endsAt },
      };
    }
    case "waiting-room.released":
      return withNumbers;
    case "waiting-room.numbers-changed": {
      const { activeMax, newPerMinute, endsAt, isConfigured } = event.data;
      return isConfigured
        ? { ...withOverride, ...withNumbers }
        : { ...withOverride, numbers: { activeMax, newPerMinute, endsAt } };
    }
    case "waiting-room.numbers-reset":
      return withOverride;
  }
}

/** The room that is meant: by its name, or by a place that is behind it. */
function found({ rooms }: Config, named: string): { room: string } | Refusal {
  if (rooms[named] !== undefined) return { room: named };
  const [room] =
    Object.entries(rooms).find(([, { routes }]) =>
      routes.some((place) => place === named || place === named.replace(/^\*/, "")),
    ) ?? [];
  if (room !== undefined) return { room };
  const names = Object.keys(rooms).join(", ");
  return unknownRoom(
    names === ""
      ? "No waiting room is configured."
      : `There is no room ${named}; there are ${names}.`,
  );
}

const spanOf = (now: number, forMs: number | undefined): { endsAt?: number } | Refusal => {
  if (forMs === undefined) return {};
  return forMs >= forMsMin && forMs <= forMsMax ? { endsAt: now + forMs } : endOutOfRange();
};
const isNo = (value: object): value is Refusal => "refused" in value;

export const open: Decide<z.infer<typeof OpenRoom>, Modes, ModeEvent, Config> = (
  { room: named, reason, everyone, for: forMs },
  _,
  { config, now },
) => {
  const [which, span] = [found(config, named), spanOf(now, forMs)];
  if (isNo(which)) return which;
  if (isNo(span)) return span;
  return [opened({ ...which, everyone, reason, startedAt: now, ...span })];
};

export const close: Decide<z.infer<typeof CloseRoom>, Modes, ModeEvent, Config> = (
  { room: named, reason, for: forMs },
  state,
  { config, now },
) => {
  const [which, span] = [found(config, named), spanOf(now, forMs)];
  if (isNo(which)) return which;
  if (isNo(span)) return span;
  const room = config.rooms[which.room];
  const isOverride = room === undefined || restingMode(room) !== "off";
  if (!isOverride && state[which.room]?.override === undefined) return [];
  return [closed({ ...which, reason, startedAt: now, ...span, isOverride })];
};

/** Lets a room follow its configuration again; `why` is `time` once what was said is over. */
export const release: Decide<z.infer<typeof ReleaseRoom>, Modes, ModeEvent, Config> = (
  { room: named },
  state,
  { now },
) => {
  const { override } = state[named] ?? {};
  if (override === undefined) return [];
  const isOver = override.endsAt !== undefined && now >= override.endsAt;
  return [released({ room: named, why: isOver ? "time" : "asked" })];
};

export const setNumbers: Decide<z.infer<typeof SetNumbers>, Modes, ModeEvent, Config> = (
  { room: named, reason, for: forMs, ...wanted },
  state,
  { config, now },
) => {
  const [which, span] = [found(config, named), spanOf(now, forMs)];
  if (isNo(which)) return which;
  if (isNo(span)) return span;
  const room = config.rooms[which.room];
  const before = state[which.room]?.numbers ?? room;
  if (before === undefined) return unknownRoom();
  const { activeMax = before.activeMax, newPerMinute = before.newPerMinute } = wanted;
  return [
    numbersChanged({
      ...{ ...which, activeMax, newPerMinute, reason, ...span, isConfigured: false },
      before: { activeMax: before.activeMax, newPerMinute: before.newPerMinute },
    }),
  ];
};

export const resetNumbers: Decide<z.infer<typeof ResetNumbers>, Modes, ModeEvent, Config> = (
  { room },
  state,
  { now },
) => {
  const { numbers } = state[room] ?? {};
  if (numbers === undefined) return [];
  const isOver = numbers.endsAt !== undefined && now >= numbers.endsAt;
  return [numbersReset({ room, why: isOver ? "time" : "asked" })];
};
