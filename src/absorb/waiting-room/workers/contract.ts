import { type SnapshotDef, snapshot, topic } from "#kernel/contract";
import * as z from "zod";
import { Mode } from "../contract.ts";

/** What a room is asked to hold to. */
export const RoomRules = z.object({
  /** So many people are in at a time. */
  activeMax: z.number(),
  /** So many new ones come in within any minute. */
  newPerMinute: z.number(),
  /** How finely `newPerMinute` is held; whoever comes within one window is one group in line. */
  windowMs: z.number(),
  order: z.enum(["fifo", "random"]),
  /** How long someone stays in after their last request. */
  sessionMs: z.number(),
  /** How long someone counts as waiting who does not ask any more. */
  patienceMs: z.number(),
  /** Whoever waits asks again within so long, at the latest. */
  refreshMsMax: z.number(),
  /** So many people may wait; the next ones are told to come back later. */
  waitingMax: z.number(),
});
export type RoomRules = z.infer<typeof RoomRules>;

const Page = z.object({
  title: z.string().optional(),
  text: z.string().optional(),
  logo: z.string().optional(),
  accent: z.string().optional(),
  background: z.string().optional(),
  ink: z.string().optional(),
  /** The operator's own page; placeholders in it are filled, escaped. */
  template: z.string().optional(),
});

/** One room as gateway workers keep it. */
export const RoomPicture = z.object({
  id: z.string(),
  places: z.array(z.object({ hosts: z.array(z.string()), pathPrefix: z.string() })),
  rules: RoomRules,
  mode: Mode,
  refreshMs: z.number(),
  bypass: z.object({ paths: z.array(z.string()), addresses: z.array(z.string()) }),
  /** Also what is kept is only for those who are in. */
  holdsEverything: z.boolean(),
  status: z.number(),
  cookieDomain: z.string().optional(),
  page: Page,
});
export type RoomPicture = z.infer<typeof RoomPicture>;

/** All that a worker needs for its rooms. Passes are sealed with the first key; the one before it still opens them. */
export const RoomsPicture = z.object({
  keys: z.array(z.object({ key: z.string(), since: z.number() })),
  rooms: z.array(RoomPicture),
});
export type RoomsPicture = z.infer<typeof RoomsPicture>;
export const roomsSnapshot: SnapshotDef<RoomsPicture> = snapshot("waiting-room", RoomsPicture);

const Id = z.string().max(64);
/** Someone, and a time that belongs to them. */
const Timed = z.tuple([Id, z.number()]);
export type Timed = z.infer<typeof Timed>;

/** What a worker tells of one room, each second and whenever somebody waits for the answer. Times since the epoch. */
export const DeskReport = z.object({
  room: z.string(),
  /** The worker's life: one that started again is another. */
  worker: z.string(),
  /** Which hub it listens to: another one has to be told everything first. */
  hub: z.string(),
  /** Who came back with a waiting pass, and since when they wait. */
  waiting: z.array(Timed),
  /** Who came for the place that was given to them. */
  claims: z.array(Id),
  /** How many more are at the door now and would walk in. */
  wanted: z.number(),
  /** Whose pass was renewed, and until when. */
  stayed: z.array(Timed),
  left: z.array(Id),
  /** Who took a lent place, or the place given to them, without asking first; and when. */
  came: z.array(Timed),
  /** How many were told to wait for the first time. */
  began: z.number(),
  /** Everything that this worker knows, for a hub that is new. */
  known: z
    .object({
      inside: z.array(Timed),
      waiting: z.array(Timed),
      expected: z.array(Timed),
      entered: z.array(Timed),
    })
    .optional(),
  /** More of `known` follows with the next report. */
  hasMore: z.boolean(),
});
export type DeskReport = z.infer<typeof DeskReport>;

/** What the hub answers. */
export const DeskOrders = z.object({
  hub: z.string(),
  /** This hub is new and asks for everything that the worker knows. */
  tellAll: z.boolean(),
  /** Nobody is let in yet, since not all workers have told. */
  isSettling: z.boolean(),
  mode: Mode,
  /** When the event starts, in the mode `before-event`. */
  startsAt: z.number().optional(),
  admitted: z.array(Id),
  /** Passes that were used before. */
  spent: z.array(Id),
  /** Of those who came for their place: who has it. */
  entered: z.array(Id),
  lent: z.number(),
  /** No more people may begin to wait. */
  isFull: z.boolean(),
  /** The line: groups in the order in which they get in, and how many wait in each. Absent: as it was told last. */
  line: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** How many are let in per minute, as things go; 0 when that is not known. */
  pacePerMinute: z.number(),
  /** Those who came within this time, before the start of an event, get in by lot. */
  lots: z.object({ from: z.number(), to: z.number() }).optional(),
});
export type DeskOrders = z.infer<typeof DeskOrders>;

/** The bus cluster that control serves: workers report, and hear whom to let in. */
export const roomsCluster = topic("gateway.rooms", DeskReport);

/** The bus cluster that workers serve: asked for a room's waiting page, they answer with its HTML. */
export const pagesCluster = topic(
  "gateway.room-pages",
  z.object({ room: z.string(), language: z.enum(["en", "fr"]) }),
);

/** What the answers ask of the hub, which lives in control. */
export const hubCluster = topic(
  "waiting-room.hub",
  z.discriminatedUnion("ask", [
    z.object({ ask: z.literal("tick") }),
    z.object({ ask: z.literal("status"), room: z.string() }),
    z.object({ ask: z.literal("audit"), room: z.string() }),
    z.object({ ask: z.literal("admit"), room: z.string(), count: z.number() }),
  ]),
);
